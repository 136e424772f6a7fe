import assert from 'node:assert/strict';
import type { Effect } from './faults.ts';
import { onSimulated, type Stage } from './onSimulated.fixture.ts';
import { retriableErrors } from './wire/errors.ts';

const topicData = [{ topic: 't', partitions: [{ partition: 0, messages: [{ value: 'v' }] }] }];

/** What becomes of a record that is sent: how the client sees it, whether it is in the log, and after how many ms. */
async function send(stage: Stage, effect: Effect) {
  const { kafka, time } = stage;
  kafka.createTopic('t');
  const broker = await stage.broker(1);
  const stop = kafka.faults.inject({ effect, api: 'Produce' });
  const since = time.now;
  const outcome = await stage.outcome(broker.produce({ topicData }));
  const took = time.now - since;
  await time.pass(5000);
  return { outcome, written: kafka.records.ends('t', 0).end, times: stop(), took };
}

const noLatency = { latency: { least: 0, most: 0 } };

const effects: readonly (readonly [string, Effect, object])[] = [
  [
    'a request that is answered by an error has done nothing',
    { kind: 'error', error: 'NOT_LEADER_FOR_PARTITION' },
    { outcome: 'NOT_LEADER_FOR_PARTITION', written: 0 },
  ],
  [
    'a request that is late is done late',
    { kind: 'delay', of: 'request', milliseconds: 700 },
    { outcome: 'answered', written: 1, took: 700 },
  ],
  [
    'an answer that is late is late',
    { kind: 'delay', of: 'answer', milliseconds: 700 },
    { outcome: 'answered', written: 1, took: 700 },
  ],
  [
    'a request that is lost with its connection has done nothing',
    { kind: 'reset', lost: 'request' },
    { outcome: 'KafkaJSConnectionError', written: 0 },
  ],
  [
    'an answer that is lost with its connection was one',
    { kind: 'reset', lost: 'answer' },
    { outcome: 'KafkaJSConnectionError', written: 1 },
  ],
  [
    'a request that is lost has done nothing',
    { kind: 'silence', lost: 'request' },
    { outcome: 'KafkaJSRequestTimeoutError', written: 0 },
  ],
  [
    'an answer that is lost was one',
    { kind: 'silence', lost: 'answer' },
    { outcome: 'KafkaJSRequestTimeoutError', written: 1 },
  ],
  ['an answer that comes twice was one', { kind: 'duplicate' }, { outcome: 'answered', written: 1 }],
];

for (const [name, effect, expected] of effects) {
  onSimulated(name, noLatency, async (stage) => {
    const { took, ...seen } = await send(stage, effect);
    assert.deepEqual({ ...seen, ...('took' in expected && { took }) }, { times: 1, ...expected });
  });
}

onSimulated(
  'nothing of an answer that breaks off is left in the way of the next',
  {},
  async ({ kafka, time, client }) => {
    kafka.createTopic('t');
    const producer = client.producer();
    await time.during(producer.connect());
    kafka.faults.inject({ effect: { kind: 'reset', lost: 'answer' }, api: 'Produce' });
    const send = () => producer.send({ topic: 't', messages: [{ value: 'v' }], timeout: 1000 });
    const since = time.now;
    for (let sent = 0; sent < 3; sent++) await time.during(send());
    assert.ok(time.now - since < 2000);
  },
);

onSimulated('every error after which one is to try again can be answered to every request', {}, async (stage) => {
  const broker = await stage.broker(1);
  for (const error of retriableErrors) {
    stage.kafka.faults.inject({ effect: { kind: 'error', error }, api: 'Heartbeat' });
    const beat = broker.heartbeat({ groupId: 'g', memberId: 'm', groupGenerationId: 1 });
    assert.equal(await stage.outcome(beat), error);
  }
});

onSimulated('a fault befalls as many requests as it is told, and those that it is told', {}, async (stage) => {
  const { kafka } = stage;
  const broker = await stage.broker(1);
  const stop = kafka.faults.inject({
    effect: { kind: 'error', error: 'UNKNOWN' },
    api: 'Heartbeat',
    times: 2,
    when: (request) => 'groupId' in request && request.groupId === 'g',
  });
  const beat = (groupId: string) => stage.outcome(broker.heartbeat({ groupId, memberId: 'm', groupGenerationId: 1 }));
  const seen: string[] = [];
  for (const group of ['h', 'g', 'g', 'g']) seen.push(await beat(group));
  assert.deepEqual(seen, ['UNKNOWN_MEMBER_ID', 'UNKNOWN', 'UNKNOWN', 'UNKNOWN_MEMBER_ID']);
  assert.equal(stop(), 2);
});
