/** Two of every part, as processes of their own on the same engines, which are killed and started anew under load. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type ServiceError, status } from '@grpc/grpc-js';
import { commandTopic } from '../functions/orders/topics.ts';
import { readTopics } from '../functions/runtime/readTopics.kafka.ts';
import type { PartName } from '../functions/settings.ts';
import { freePort } from '../infra/engines/freePort.ts';
import { readJson } from '../infra/json.ts';
import { Customer } from './system/customer.ts';
import type { System } from './system/systemProcess.ts';
import { openTrial, type Trial } from './system/trial.ts';

/** Orders that are placed while each thing happens to the processes. */
const share = 30;

let trial: Trial;
let customers: Customer[];
let addresses: string[];
before(async () => {
  trial = await openTrial();
  addresses = [trial.settings.grpcAddress, `127.0.0.1:${await freePort()}`];
  customers = addresses.map((address) => new Customer(address, trial.run));
});
after(async () => {
  for (const { client } of customers) client.close();
  await trial.close();
});

const part = (name: PartName, address = '') =>
  trial.start({ environment: { DESPACHO_PARTS: name, ...(address && { DESPACHO_GRPC_ADDRESS: address }) } });

/** As a client does whose gateway may go away: the same key at the next one. */
async function placeSurely(key: string): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      const customer = customers[(attempt + key.length) % customers.length] as Customer;
      return (await customer.order({ idempotencyKey: key, clock: 20 })).orderId;
    } catch (error) {
      const { code } = error as ServiceError;
      if (code !== status.UNAVAILABLE && code !== status.CANCELLED) throw error;
    }
  }
}

const placed: Promise<string>[] = [];
function place(): void {
  for (let number = 0; number < share; number++) placed.push(placeSurely(`key-${placed.length}`));
}

async function kill(system: System): Promise<void> {
  system.process.kill('SIGKILL');
  await system.ended;
}

/** How often each command was published, of those that timers publish. */
async function firings(): Promise<number[]> {
  const times = new Map<string, number>();
  const commands = (['prepare', 'ship', 'deliver', 'complete'] as const).map((name) => ({ topic: commandTopic(name) }));
  await readTopics(trial.settings, commands, ({ key, value }) => {
    const { version } = readJson(value) as { version: number };
    times.set(`${key}:${version}`, (times.get(`${key}:${version}`) ?? 0) + 1);
  });
  return [...times.values()];
}

test('two of every part lose and double no order while each is killed or started anew', async (t) => {
  let timersStarted = 0;
  const timers = () => {
    timersStarted++;
    return part('timers');
  };
  const firstTimers = await timers();
  const [secondTimers, firstDispatcher, secondDispatcher, firstGateway] = await Promise.all([
    timers(),
    part('dispatcher'),
    part('dispatcher'),
    part('gateway', addresses[0]),
    part('gateway', addresses[1]),
  ]);
  const [here, there] = customers as [Customer, Customer];
  const twice = await Promise.all([here, there].map((one) => one.order({ idempotencyKey: 'the same', clock: 20 })));
  assert.equal(new Set(twice.map(({ orderId }) => orderId)).size, 1, 'gateways share idempotency');
  place();
  await kill(firstTimers);
  place();
  await kill(firstDispatcher);
  place();
  await Promise.all([timers(), part('dispatcher')]);
  place();
  await firstGateway.stop();
  place();
  await Promise.all([part('gateway', addresses[0]), secondTimers.stop(), secondDispatcher.stop()]);
  place();
  const ids = await Promise.all(placed);
  assert.equal(new Set(ids).size, ids.length);
  await trial.finished(ids.length + 1);
  const seen = await Promise.all([here, there].map((one) => one.watch(ids[0] as string)));
  assert.deepEqual(seen[0], seen[1], 'either gateway tells an order that may have come in by the other');
  const verdict = await trial.auditWhen((one) => one.letters === one.transitions && one.documents === one.transitions);
  assert.equal(verdict.accepted, ids.length + 1);
  assert.equal(verdict.finished, ids.length + 1);
  const fired = await firings();
  const repeats = fired.reduce((sum, times) => sum + times - 1, 0);
  t.diagnostic(`${fired.length} commands fired, ${repeats} of them repeated`);
  assert.equal(fired.length, verdict.accepted * 4);
  assert.ok(Math.max(...fired) <= timersStarted, 'a process fires a command once');
});
