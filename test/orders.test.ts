import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { type Index, indices } from '../functions/metrics/fields.ts';
import { chance } from '../functions/orders/chance.ts';
import { commandNames, type Language, type State, states } from '../functions/orders/lifecycle.ts';
import { orderSecret } from '../infra/gateway/orderSecret.ts';
import { idFromKey } from '../infra/gateway/place.ts';
import { runLoad } from '../scripts/load/run.ts';
import { documentsOf } from './system/documents.ts';
import { lettersOf } from './system/inbox.ts';
import { orderByContract } from './system/publishedClient.ts';
import type { System } from './system/systemProcess.ts';
import { openTrial, type Trial } from './system/trial.ts';

const wholeWay = ['process', 'prepare', 'ship', 'deliver', 'complete'];
/** So rare that it happens only to the order that was chosen for it. */
const setback = 0.000_01;

let trial: Trial;
let system: System;

before(async () => {
  trial = await openTrial({ DESPACHO_SETBACK: String(setback), DESPACHO_CLOCK: '100' });
  system = await trial.start();
});
after(() => trial.close());

/** The audit proves that no e-mail and no document is missing, so that what is looked for next is there. */
async function assertClean() {
  const verdict = await trial.audit();
  assert.deepEqual(verdict.offences, []);
  return verdict;
}

const documents = (index: Index, filter: Record<string, string>) => documentsOf(trial.settings, index, filter);

test('an order walks through its five states and waits in each as long as the settings say', async () => {
  const { orderId, estimatedDelivery } = await trial.customer.order({ clock: 20 });
  const transitions = await trial.customer.watch(orderId);
  assert.deepEqual(
    transitions.map(({ command }) => command),
    wholeWay,
  );
  transitions.slice(1).forEach(({ at }, index) => {
    const wait = (Number(at) - Number(transitions[index]?.at)) * 20;
    const low = (trial.settings.waits[index]?.low ?? 0) * 1000;
    assert.ok(wait >= low, `state ${index} was left after ${wait} ms, not ${low}`);
  });
  const { placedAt } = await trial.customer.look(orderId);
  const estimate = ((Number(estimatedDelivery) - Number(placedAt)) / 1000) * 20;
  assert.ok(estimate >= 11.9 && estimate <= 20.1, `an estimate of ${estimate} s, not 12 to 20`);
});

for (const language of ['es', 'en'] as const satisfies Language[]) {
  test(`each state brings one letter in ${language}, with the story so far and nothing of a customer as HTML`, async () => {
    const script = '<script>alert(1)</script>';
    const details = Object.fromEntries(
      ['product', 'paymentGateway', 'cardBrand', 'bank', 'region', 'address'].map((field) => [field, script]),
    );
    const { orderId } = await trial.customer.order({ details: { ...details, language } });
    const transitions = await trial.customer.watch(orderId);
    await assertClean();
    const letters = await lettersOf(trial.settings, trial.run, orderId);
    assert.equal(letters.length, wholeWay.length);
    letters.forEach(({ subject, text = '', html = '', messageId }, index) => {
      const label = states[Object.keys(states)[index] as State].label[language];
      assert.equal(messageId, `<${orderId}-${index + 1}@despacho.local>`);
      assert.ok(subject?.includes(script) && subject.endsWith(label), subject);
      assert.ok(text.includes(script) && text.includes(label));
      assert.ok(!html.includes('<script') && html.includes('&lt;script&gt;alert(1)&lt;/script&gt;'));
      const story = html.slice(html.lastIndexOf('</h2>'));
      assert.equal(story.match(/<tr>/g)?.length, index + 1, 'the story tells every step so far');
      assert.equal(text.match(/^- /gm)?.length, transitions[index]?.version);
    });
  });
}

test('every transition, e-mail and invocation leaves a document, whose fields the table knows', async () => {
  const { orderId } = await trial.customer.order();
  const transitions = await trial.customer.watch(orderId);
  await assertClean();
  const found = await documents('despacho-transitions', { 'despacho.order.id': orderId });
  const sorted = found.sort((a, b) => Number(a['despacho.order.version']) - Number(b['despacho.order.version']));
  assert.deepEqual(
    sorted.map((document) => [document['despacho.order.command'], document['@timestamp']]),
    transitions.map(({ command, at }) => [command, at?.toISOString()]),
  );
  sorted.slice(1).forEach((document, index) => {
    const milliseconds = Number(transitions[index + 1]?.at) - Number(transitions[index]?.at);
    assert.equal(document['event.duration'], milliseconds * 1e6);
    assert.ok(Number(document['despacho.timer.lateness']) >= 0);
    assert.ok(Number(document['despacho.consume.delay']) >= 0);
  });
  const [, , , delivered = {}] = sorted;
  const number = (field: string) => Number(delivered[`despacho.delivery.${field}`]);
  assert.ok(Math.abs(number('real') - number('estimated') - number('error')) < 0.001);
  assert.equal((await documents('despacho-emails', { 'despacho.order.id': orderId })).length, wholeWay.length);
  for (const name of [...wholeWay, 'notify']) {
    assert.notEqual((await documents('despacho-invocations', { 'faas.name': name })).length, 0, `none of ${name}`);
  }
  for (const [index, fields] of Object.entries(indices)) {
    const written = (await documents(index as Index, {})).flatMap(Object.keys);
    for (const field of written) assert.ok(field in fields, `${index} has ${field}`);
  }
});

test('no document and no line of the log holds an e-mail or street address', async () => {
  const [email, address] = ['nobody.but.me@example.com', 'Pasaje de Nadie 4711'];
  const { orderId } = await trial.customer.order({ details: { email, address } });
  await trial.customer.watch(orderId);
  await assert.rejects(trial.customer.order({ details: { email: 'not an address', address } }));
  await assertClean();
  const all = await Promise.all(Object.keys(indices).map((index) => documents(index as Index, {})));
  for (const place of [JSON.stringify(all), system.output()]) {
    for (const secret of [email, address, 'not an address']) assert.ok(!place.includes(secret), `${secret} is told`);
  }
});

test('a client that knows only the published contract has its order walked to the end', async () => {
  const mensaje = await orderByContract(trial.settings.grpcAddress);
  const [orderId = ''] = /[0-9a-f-]{36}/.exec(mensaje) ?? [];
  assert.deepEqual(await trial.customer.followAll([orderId]), [wholeWay]);
});

test('a cancelled order goes no further, and a shipped one cannot be cancelled', async () => {
  const { orderId } = await trial.customer.order({ clock: 2 });
  const begun = Promise.withResolvers<void>();
  const watched = trial.customer.watch(orderId, () => begun.resolve());
  const timerFired = trial.until('orders.prepare', ({ key }) => String(key) === orderId);
  await begun.promise;
  await trial.customer.cancel(orderId);
  const told = (await watched).map(({ command }) => command);
  assert.deepEqual(told, ['process', 'cancel']);
  await trial.customer.cancel(orderId);
  await timerFired;
  const { orderId: other } = await trial.customer.order();
  await trial.customer.watch(other);
  const verdict = await assertClean();
  assert.equal(verdict.cancelled, 1);
  assert.equal((await lettersOf(trial.settings, trial.run, orderId)).length, told.length);
  await assert.rejects(trial.customer.cancel(other), { code: status.FAILED_PRECONDITION });
});

test('an idempotency key names one order, however often and at once it is used', async () => {
  const before = await assertClean();
  const ids = await trial.customer.orders(20, { idempotencyKey: `once-${trial.run}` });
  assert.equal(new Set(ids).size, 1);
  assert.deepEqual(await trial.customer.followAll(ids.slice(0, 1)), [wholeWay]);
  const { accepted, transitions } = await assertClean();
  assert.equal(accepted, before.accepted + 1);
  assert.equal(transitions, before.transitions + wholeWay.length);
});

test('a delivery that fails sends the order back one state, once, with a letter of its own', async () => {
  const { seed } = trial.settings;
  const secret = orderSecret(trial.settings);
  let key = '';
  const fails = (orderId: string, version: number) => chance(seed, 'mishap', orderId, version) < setback;
  for (let number = 0; key === ''; number++)
    if (fails(idFromKey(secret, '', `unlucky-${number}`), 3)) key = `unlucky-${number}`;
  const { orderId } = await trial.customer.order({ idempotencyKey: key, details: { language: 'en' } });
  const [commands] = await trial.customer.followAll([orderId]);
  assert.deepEqual(commands, ['process', 'prepare', 'ship', 'setback', 'ship', 'deliver', 'complete']);
  await assertClean();
  const letters = await lettersOf(trial.settings, trial.run, orderId);
  assert.match(letters[3]?.text ?? '', /could not be delivered/);
  const [failed] = await documents('despacho-transitions', {
    'despacho.order.id': orderId,
    'despacho.order.command': 'setback',
  });
  assert.equal(failed?.['event.outcome'], 'failure');
});

test('the orders of a Poisson load all finish, the audit is clean, and orders per minute are counted', async () => {
  const before = await assertClean();
  const { grpcAddress: address } = trial.settings;
  const load = { distribution: 'poisson', rate: 200, count: 200, clock: 100, run: trial.run, address };
  const { acknowledged, notSent } = (await runLoad(load)).orders;
  // On a machine that has much else to do some would come too late, and are not sent.
  assert.equal(acknowledged + notSent.late, 200);
  await trial.finished(before.finished + before.cancelled + acknowledged);
  const verdict = await assertClean();
  assert.equal(verdict.accepted, before.accepted + acknowledged);
  assert.equal(verdict.finished, before.finished + acknowledged);
  assert.equal(verdict.inFlight + verdict.dead + verdict.repeatedLetters, 0);
  const processed = await documents('despacho-invocations', { 'faas.name': 'process' });
  const most = Math.max(...processed.map((document) => Number(document['despacho.orders.per_minute'])));
  // The order of the stock client belongs to no run.
  assert.ok(most >= acknowledged && most <= verdict.accepted + 1, `${most} orders per minute`);
});

test('the system ends on SIGTERM when what is in flight is done, and says so part by part', async () => {
  await system.stop();
  assert.equal(await system.ended, 0);
  const ends = [...system.output().matchAll(/^(\w+) down/gm)].map(([, part]) => part);
  assert.deepEqual(ends, ['gateway', 'timers', 'dispatcher']);
  for (const name of commandNames) assert.ok(!system.output().includes(`${name} failed`), name);
});
