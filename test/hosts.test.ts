/** Two of every part, as processes of their own on the same engines, which are killed and started anew under load. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventSchema } from '../functions/orders/records.ts';
import { commandTopic, eventsTopic, topics } from '../functions/orders/topics.ts';
import { readTopics } from '../functions/runtime/readTopics.kafka.ts';
import type { PartName } from '../functions/settings.ts';
import { freePort } from '../infra/engines/freePort.ts';
import { readJson } from '../infra/json.ts';
import type { Verdict } from '../scripts/audit/judge.ts';
import { Customer, placeSurely } from './system/customer.ts';
import { everythingTold } from './system/ends.ts';
import type { System } from './system/systemProcess.ts';
import { openTrial, type Trial } from './system/trial.ts';

/** Orders that are placed while each thing happens to the processes. */
const share = 30;
/** ms: with a group that waits for a member that is gone without a word, which is 10 s, and gives its work to others. */
const mostLate = 20_000;

/** A process of one part, which can be started again after its end. */
type Process = { readonly part: PartName; readonly start: () => Promise<System>; system: System };

let trial: Trial;
let customers: readonly [Customer, Customer];
let processes: Process[];
let timersStarted = 0;

before(async () => {
  trial = await openTrial();
  const addresses = [trial.settings.grpcAddress, `127.0.0.1:${await freePort()}`] as const;
  customers = [new Customer(addresses[0], trial.run), new Customer(addresses[1], trial.run)];
  const parts = ['timers', 'dispatcher', 'gateway'] as const;
  const all = parts.flatMap((part) => addresses.map((address) => ({ part, start: () => startPart(part, address) })));
  processes = await Promise.all(all.map(async (one) => ({ ...one, system: await one.start() })));
});
after(async () => {
  for (const { client } of customers) client.close();
  await trial.close();
});

function startPart(part: PartName, address: string): Promise<System> {
  if (part === 'timers') timersStarted++;
  return trial.start({ environment: { DESPACHO_PARTS: part, DESPACHO_GRPC_ADDRESS: address } });
}

const placed: Promise<string>[] = [];
function place(): void {
  const [here, there] = customers;
  for (let number = 0; number < share; number++) {
    const wish = { idempotencyKey: `key-${placed.length}`, clock: 20 };
    placed.push(placeSurely(number % 2 === 0 ? [here, there] : [there, here], wish));
  }
}

/** The first process of a part. */
const first = (part: PartName): Process => {
  const found = processes.find((one) => one.part === part);
  assert.ok(found);
  return found;
};

async function kill({ system }: Process): Promise<void> {
  system.process.kill('SIGKILL');
  await system.ended;
}

/** ms from the moment at which each step was to happen, or was asked for, to that at which it did: the longest. */
async function latest(orderIds: readonly string[]): Promise<number> {
  const asked = new Set(orderIds);
  let most = 0;
  await readTopics(trial.settings, [{ topic: eventsTopic }], ({ key, value }) => {
    if (!asked.has(key)) return;
    const { at, due, producedAt = at } = eventSchema.parse(readJson(value));
    most = Math.max(most, at - (due?.at ?? producedAt));
  });
  return most;
}

/** Every topic has twice as many partitions from here on. */
const growTopics = () =>
  trial.withAdmin(async (admin) => {
    const names = topics.map((topic) => trial.settings.namespace + topic);
    const { topics: found } = await admin.fetchTopicMetadata({ topics: names });
    await admin.createPartitions({
      topicPartitions: found.map(({ name, partitions }) => ({ topic: name, count: 2 * partitions.length })),
    });
  });

/** All that was placed so far has come to its end. */
async function assertClean(): Promise<Verdict> {
  const ids = await Promise.all(placed);
  assert.equal(new Set(ids).size, ids.length);
  await trial.finished(ids.length);
  const verdict = await trial.auditWhen(everythingTold);
  assert.deepEqual([verdict.accepted, verdict.finished], [ids.length, ids.length]);
  return verdict;
}

/** How often records of these topics name each order's version. */
async function timesIn(names: readonly string[]): Promise<Map<string, number>> {
  const times = new Map<string, number>();
  await readTopics(
    trial.settings,
    names.map((topic) => ({ topic })),
    ({ key, value }) => {
      const { version } = readJson(value) as { version: number };
      times.set(`${key}:${version}`, (times.get(`${key}:${version}`) ?? 0) + 1);
    },
  );
  return times;
}

test('gateways share what an idempotency key names, and tell orders that came in by the other one', async () => {
  const request = customers[0].requestOf({ idempotencyKey: 'the same', clock: 20 });
  const twice = await Promise.all(customers.map((one) => one.place(request)));
  const ids = new Set(twice.map(({ orderId }) => orderId));
  assert.equal(ids.size, 1);
  const [id = ''] = ids;
  placed.push(Promise.resolve(id));
  const [here, there] = await Promise.all(customers.map((one) => one.watch(id)));
  assert.deepEqual(here, there);
});

test('timers and a dispatcher that are killed lose and double no order, and each fires a command once for every time that its step was told', async (context) => {
  const killed = [first('timers'), first('dispatcher')];
  for (const one of killed) {
    place();
    await kill(one);
  }
  place();
  for (const one of killed) one.system = await one.start();
  const { accepted } = await assertClean();
  const fired = await timesIn((['prepare', 'ship', 'deliver', 'complete'] as const).map(commandTopic));
  const told = await timesIn([eventsTopic]);
  const repeats = [...fired.values()].reduce((sum, times) => sum + times - 1, 0);
  context.diagnostic(`${fired.size} commands fired, ${repeats} of them repeated`);
  assert.equal(fired.size, accepted * 4);
  for (const [step, times] of fired) {
    // A step that is told again makes its command due again; the dispatcher's end may have come between the two.
    const wanted = (told.get(step) ?? 0) + 1;
    assert.ok(times <= timersStarted * wanted, `${times} firings of ${step}, which was due ${wanted} times at most`);
  }
});

test('a rolling restart of every process loses no order and delays none by more than seconds', async (context) => {
  const before = placed.length;
  for (const one of processes) {
    place();
    await one.system.stop();
    place();
    one.system = await one.start();
  }
  await assertClean();
  const late = await latest(await Promise.all(placed.slice(before)));
  context.diagnostic(`the latest step came ${late} ms after its moment`);
  assert.ok(late < mostLate, `${late} ms`);
});

test('partitions that every topic is given under load are read, and what lies in the others still is', async () => {
  place();
  await growTopics();
  place();
  await assertClean();
  place();
  await assertClean();
});
