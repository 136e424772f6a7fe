/** A read by offset goes on as long as its broker may come back. */
import assert from 'node:assert/strict';
import { PartitionReader } from '../../infra/kafkajs/kafkajs.ts';
import { onSimulated } from '../../infra/simulation/kafka/onSimulated.fixture.ts';

onSimulated('a read whose first request is never answered asks again', {}, async ({ kafka, time, client }) => {
  kafka.createTopic('t');
  kafka.records.append('t', 0, [{ value: 'there' }]);
  const reader = new PartitionReader(client, ['t'], 1000);
  kafka.faults.inject({ api: 'Fetch', effect: { kind: 'silence', lost: 'request' } });
  const { messages } = await time.during(reader.read({ topic: 't', partition: 0 }, 0, 1));
  assert.deepEqual(
    messages.map(({ value }) => String(value)),
    ['there'],
  );
  await time.during(reader[Symbol.asyncDispose]());
});

onSimulated('a read whose broker is lost before it has begun asks again', {}, async ({ kafka, time, client }) => {
  kafka.createTopic('t');
  kafka.records.append('t', 0, [{ value: 'there' }]);
  kafka.faults.inject({ api: 'Metadata', effect: { kind: 'reset', lost: 'answer' } });
  const reader = new PartitionReader(client, ['t'], 1000);
  const { next } = await time.during(reader.read({ topic: 't', partition: 0 }, 0, 1));
  assert.equal(next, 1);
  await time.during(reader[Symbol.asyncDispose]());
});
