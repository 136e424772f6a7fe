/** A read by offset goes on as long as its broker may come back. */
import assert from 'node:assert/strict';
import { PartitionReader } from '../../infra/kafkajs/kafkajs.ts';
import { onSimulated } from '../../infra/simulation/kafka/onSimulated.fixture.ts';

onSimulated('a read whose first request is never answered asks again', {}, async ({ kafka, time, client }) => {
  kafka.createTopic('t');
  kafka.records.append('t', 0, [{ value: 'there' }]);
  const reader = await time.during(PartitionReader.open(client, ['t'], 1000));
  kafka.faults.inject({ api: 'Fetch', effect: { kind: 'silence', lost: 'request' } });
  const { messages } = await time.during(reader.read({ topic: 't', partition: 0 }, 0, 1));
  assert.deepEqual(
    messages.map(({ value }) => String(value)),
    ['there'],
  );
  await time.during(reader[Symbol.asyncDispose]());
});
