/** What the audit reads of a long log, how much of it at a time, and again and again while orders come in. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { commandTopic } from '../functions/orders/topics.ts';
import { recordsIn } from '../functions/runtime/readTopics.kafka.ts';
import { audit } from '../scripts/audit/audit.ts';
import { root } from './system/service.ts';
import { openTrial, type Trial } from './system/trial.ts';
import { openWorld, type World } from './system/world.ts';

let trial: Trial;
let world: World;
const hour = 3_600_000;
const now = Date.now();
const [old, recent] = [40, 5];

/** Orders that lie in the log since so long (ms), and that nothing has begun. */
async function place(count: number, age: number, run: string): Promise<void> {
  const producer = trial.kafka.producer();
  await producer.connect();
  const messages = Array.from({ length: count }, () => {
    const order = { ...world.order(randomUUID(), run), placedAt: now - age };
    return { key: order.orderId, value: JSON.stringify(order), timestamp: String(now - age) };
  });
  await producer.send({ topic: trial.settings.namespace + commandTopic('process'), messages });
  await producer.disconnect();
}

before(async () => {
  trial = await openTrial();
  world = await openWorld(trial.settings);
  await place(old, 48 * hour, 'old');
  await place(recent, hour, 'recent');
});
after(async () => {
  await world.close();
  await trial.close();
});

const acceptedOf = async (scope: Parameters<typeof audit>[1]) => (await audit(trial.settings, scope)).accepted;

test('a window of time is judged, and a load run within it', async () => {
  assert.equal(await acceptedOf({ since: now - 2 * hour }), recent);
  assert.equal(await acceptedOf({ until: now - 2 * hour }), old);
  assert.equal(await acceptedOf({ since: now - 47 * hour, until: now - 2 * hour }), 0);
  assert.equal(await acceptedOf({ since: now - 2 * hour, run: 'old' }), 0);
});

test("of the log only what the window needs is read, by Kafka's index of time", async () => {
  const topic = commandTopic('process');
  assert.equal(await recordsIn(trial.settings, [{ topic }]), old + recent);
  assert.equal(await recordsIn(trial.settings, [{ topic, since: now - 2 * hour }]), recent);
  assert.equal(await recordsIn(trial.settings, [{ topic, until: now - 2 * hour }]), old);
  assert.equal(await recordsIn(trial.settings, [{ topic, since: now + hour }]), 0);
});

test('orders that are looked at in shares, so that memory is bounded, get the verdict that they get all at once', async () => {
  const lost = randomUUID();
  const scope = { acknowledged: [lost] };
  const [whole, shared] = [await audit(trial.settings, scope), await audit(trial.settings, scope, 7)];
  assert.deepEqual(
    whole.offences.map(({ kind, orderId }) => [kind, orderId]),
    [['acknowledged, not stored', lost]],
  );
  assert.deepEqual(shared, whole);
});

test('with --watch the verdict is told again while orders come in, until Ctrl-C', async () => {
  const env = { ...process.env, ...trial.environment };
  const child = spawn(process.execPath, ['scripts/audit/main.ts', '--watch'], { cwd: root, env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const told = async (sum: RegExp): Promise<void> => {
    for (;;) {
      const { value, done } = await lines.next();
      assert.ok(!done, 'it ended');
      if (sum.test(value)) return;
    }
  };
  await told(/^0 accepted = /);
  await world.place(world.order(randomUUID(), trial.run));
  await told(/^1 accepted = .* 1 in flight$/);
  child.kill('SIGINT');
  assert.deepEqual(await once(child, 'close'), [0, null]);
});

test('a moment that is none is refused, and so is what a window cannot tell', async () => {
  const refusal = async (...args: string[]) => {
    const child = spawn(process.execPath, ['scripts/audit/main.ts', ...args], { cwd: root });
    const [told, [code]] = await Promise.all([child.stderr.toArray(), once(child, 'close')]);
    assert.equal(code, 2);
    return told.join('');
  };
  assert.match(await refusal('--since', 'gestern'), /--since is no moment: "gestern"; one is like 2026-/);
  assert.match(await refusal('--acknowledged', 'x.csv', '--since', '1h'), /--acknowledged is for the whole log/);
});
