import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeLetter } from '../../notifications/letter.ts';
import { decide, decidePlaced } from '../../orders/decide.ts';
import { rulesOf } from '../../orders/decideAll.ts';
import { transition } from '../../orders/lifecycle.ts';
import { sampleOrder } from '../../orders/order.fixture.ts';
import type { Step } from '../../orders/records.ts';
import { readSettings } from '../../settings.ts';
import { replay } from './replay.ts';
import type { Entry, OrderRecord, Story } from './story.ts';

const settings = readSettings({});
const order = sampleOrder();
const { orderId, placedAt } = order;

/** What an order leaves in Kafka that all goes well with, by the rules of `settings`. */
function recordedStory(): Story {
  const rules = rulesOf(settings);
  const history: Step[] = [];
  const records: OrderRecord[] = [];
  const record = (topic: string, value: object, timestamp: number) =>
    records.push({ topic, partition: 0, offset: records.length, timestamp, value: JSON.stringify(value), headers: {} });
  record('orders.placed', order, placedAt);
  let next: Step['next'];
  do {
    const last = history.at(-1);
    const producedAt = next ? next.at + 2 : placedAt;
    const due = next && { at: next.at, firedAt: next.at + 1 };
    if (next && last) record(transition(next.command).topic, { orderId, version: last.version, due }, producedAt);
    const situation = { order, history, rules, now: producedAt + 5, producedAt };
    const decision =
      next && last ? decide(situation, next.command, { orderId, version: last.version, due }) : decidePlaced(situation);
    assert.ok(decision.kind === 'advance');
    history.push(decision.step);
    next = decision.step.next;
  } while (next);
  return { orderId, order, history, records, entries: [], missing: [] };
}

test('records that are replayed by the same rules do the same', async () => {
  const { records, steps, differences } = await replay(recordedStory(), settings);
  assert.equal(records, 5);
  assert.equal(steps.length, 5);
  assert.deepEqual(differences, []);
});

test('letters that went out and a record that was given up are found again, and told where they are not', async () => {
  const story = recordedStory();
  const letters = story.history.map(({ version, at }): Entry => {
    const { messageId } = composeLetter({ order, history: story.history }, story.history[version - 1] as Step);
    return { at, source: 'e-mail', kind: 'sent', version, facts: { message_id: messageId } };
  });
  const bad = { topic: 'orders.ship', partition: 0, offset: 90, timestamp: placedAt, value: '{}', headers: {} };
  const dead = { ...bad, topic: 'orders.ship.dead' };
  const whole = { ...story, entries: letters, records: [...story.records, bad, dead] };
  assert.deepEqual((await replay(whole, settings)).differences, []);
  const { differences } = await replay({ ...whole, records: [...story.records, dead] }, settings);
  assert.deepEqual(differences, [{ about: 'dead letters', recorded: 1, now: 0 }]);
});

test('a record that was delivered twice changes nothing', async () => {
  const story = recordedStory();
  const [first] = story.records;
  const again = {
    ...story,
    records: [...story.records, ...(first ? [{ ...first, offset: 99, timestamp: placedAt + 900_000 }] : [])],
  };
  assert.deepEqual((await replay(again, settings)).differences, []);
});

test('other waits are told, step by step, as what would differ', async () => {
  const slower = readSettings({ DESPACHO_WAITS: '3-5,40-60,5-7,6-8,3-4' });
  const { differences } = await replay(recordedStory(), slower);
  assert.deepEqual(
    differences.map(({ about }) => about),
    ['step 2: next at'],
  );
});

test('deliveries that now fail are told', async () => {
  const unlucky = readSettings({ DESPACHO_SETBACK: '1' });
  const { differences } = await replay(recordedStory(), unlucky);
  assert.deepEqual(differences[0], { about: 'step 3: next', recorded: 'deliver', now: 'setback' });
});

test('a step that was lost since is told', async () => {
  const story = recordedStory();
  const { differences } = await replay({ ...story, history: story.history.slice(0, 4) }, settings);
  assert.deepEqual(differences, [{ about: 'step 5', recorded: null, now: 'complete' }]);
});
