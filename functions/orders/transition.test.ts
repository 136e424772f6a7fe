import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock } from '../../infra/clock.ts';
import type { Ended } from '../runtime/handler.ts';
import type { LogRecord } from '../runtime/ports.ts';
import { readSettings } from '../settings.ts';
import { sampleOrder } from './order.fixture.ts';
import type { Step } from './records.ts';
import { commandTopic } from './topics.ts';
import { transitionFunction } from './transition.ts';

test('what follows a step without a wait is not fired before its moment, also where the clock is behind the one that dated it', async () => {
  const order = sampleOrder();
  const { orderId } = order;
  const ahead = order.placedAt + 60_000;
  const first: Step = { version: 1, command: 'process', from: null, to: 'processing', at: ahead };
  const history = [{ ...first, next: { command: 'prepare' as const, at: ahead } }];
  const published: LogRecord[] = [];
  const ports = {
    settings: readSettings({ DESPACHO_WAITS: '0-0,0-0,0-0,0-0' }),
    clock: { ...systemClock, now: () => order.placedAt },
    log: { publish: async () => undefined },
    metrics: { write: async ({ outcome }: Ended) => void published.push(...(outcome?.records ?? [])) },
    orders: {
      load: async () => [{ order, history }],
      advance: async (all: readonly unknown[]) => ({ written: all.map(() => true), slots: [] }),
      remind: async () => [],
    },
    alarms: { set: async () => undefined },
    tally: { count: async () => 0 },
  };
  const value = JSON.stringify({ orderId, version: 1, due: { at: ahead, firedAt: ahead } });
  const record = { topic: commandTopic('prepare'), partition: 0, offset: 0, timestamp: ahead };
  const event = { records: { all: [{ ...record, key: null, value: Buffer.from(value).toString('base64') }] } };
  await transitionFunction('prepare', () => ports)(event, { awsRequestId: '' });

  const call = published.find(({ topic }) => topic === commandTopic('ship'));
  const { due } = JSON.parse(String(call?.value));
  assert.deepEqual(due, { at: ahead, firedAt: ahead });
});
