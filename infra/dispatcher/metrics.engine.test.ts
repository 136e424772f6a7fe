/** The numbers under AWS's names after a run on a real broker of which everything is known. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../clock.ts';
import { ownTopics } from '../kafkajs/ownTopics.fixture.ts';
import { brokers, kafkaLogin } from '../kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { planOf } from './config/mapping.ts';
import { startDispatcher } from './dispatcher.ts';
import { metricsOf } from './metrics.ts';

const { topic, send } = ownTopics('metrics', { further: ['.dead'] });
const handler = `exports.handler = async ({ records }) => {
  const [{ value }] = Object.values(records).flat();
  if (JSON.parse(Buffer.from(value, 'base64')).bad) throw new Error('bad');
};
`;

test('AWS’s metrics after ten records, of which filters leave out three and one fails', {
  timeout: 60_000,
}, async () => {
  const folder = ownFolder({ 'f.js': handler });
  const event = { topic, bootstrapServers: brokers, batchSize: 1, filterPatterns: [{ value: { wanted: [true] } }] };
  const dispatcher = { defaults: { maximumRetryAttempts: 2, onFailureDestination: `kafka://${topic}.dead` } };
  const service = {
    functions: { f: { handler: 'f.handler', events: [{ kafka: event }] } },
    custom: { dispatcher },
  };
  const events = Array.from({ length: 10 }, (_, id) => JSON.stringify({ id, wanted: id >= 3, bad: id === 5 }));
  await send(...events);
  const committed = Promise.withResolvers<void>();
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const running = await startDispatcher({ ...planOf(service, folder), access: kafkaLogin, log });
  const look = systemClock.every(50, () => {
    if (running.stats().mappings[`f:${topic}`]?.partitions[0]?.committed === 10) committed.resolve();
  });
  try {
    await committed.promise;
    const text = await metricsOf(() => running.stats()).metrics();
    const value = (name: string) => Number(new RegExp(`^${name}\\{.*\\} (\\d+)$`, 'm').exec(text)?.[1]);
    const expected = {
      PolledEventCount: 10,
      FilteredOutEventCount: 3,
      InvokedEventCount: 9,
      FailedInvokeEventCount: 3,
      DroppedEventCount: 0,
      OnFailureDestinationDeliveredEventCount: 1,
      CommittedEventCount: 10,
      PollingErrorCount: 0,
      InvokeErrorCount: 3,
      SchemaRegistryErrorCount: 0,
      CommitErrorCount: 0,
      OnFailureDestinationDeliveryErrorCount: 0,
      OffsetLag: 0,
      MaxOffsetLag: 0,
      SumOffsetLag: 0,
    };
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((name) => [name, value(name)])), expected);
  } finally {
    look.cancel();
    await running.drain(5000);
  }
});
