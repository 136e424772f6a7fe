import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Metadata, status } from '@grpc/grpc-js';
import { byHand } from '../access/byHand.fixture.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { type Asking, Callers } from './callers.ts';
import { Recipients } from './recipients.ts';

const folder = ownFolder();

const keyOf = (name: string) => `${name}-`.padEnd(32, '0');

function fileOf(contents: unknown, mode = 0o600): string {
  const file = join(folder, 'callers.json');
  writeFileSync(file, typeof contents === 'string' ? contents : JSON.stringify(contents));
  chmodSync(file, mode);
  return file;
}

function call({ key, common }: { key?: string; common?: string } = {}): Asking {
  const metadata = new Metadata();
  if (key) metadata.set('authorization', `Bearer ${key}`);
  const sslPeerCertificate = common === undefined ? undefined : { subject: { CN: common } };
  return { metadata, getPeer: () => '10.0.0.1:4711', getAuthContext: () => ({ sslPeerCertificate }) } as Asking;
}

const to = (email: string) => ({ email, orderId: randomUUID() });

const shop = { name: 'shop', key: keyOf('shop'), roles: ['place', 'read'] };

test('a caller is known by a key or a certificate, and may do what its roles say', () => {
  const file = fileOf([shop, { name: 'desk', certificate: 'desk.example', roles: ['operate'] }]);
  const callers = new Callers(file, byHand());
  assert.equal(callers.of(call({ key: shop.key }), 'place').name, 'shop');
  assert.equal(callers.of(call({ common: 'desk.example' }), 'read', 'operate').name, 'desk');
  assert.throws(() => callers.of(call({ key: shop.key }), 'load'), { code: status.PERMISSION_DENIED });
  for (const stranger of [call(), call({ key: keyOf('other') }), call({ common: 'other' })])
    assert.throws(() => callers.of(stranger), { code: status.UNAUTHENTICATED });
});

test('a caller places no more orders a second than are its own, and others are not held up by it', () => {
  const hand = byHand();
  const tester = { name: 'load', key: keyOf('load'), roles: ['place', 'load'] };
  const callers = new Callers(fileOf([{ ...shop, ordersPerSecond: 10 }, tester]), hand);
  const [greedy, other] = [callers.of(call({ key: shop.key })), callers.of(call({ key: tester.key }))];
  for (let order = 0; order < 10; order++) greedy.place(hand.clock);
  assert.throws(() => greedy.place(hand.clock), { code: status.RESOURCE_EXHAUSTED });
  for (let order = 0; order < 1000; order++) other.place(hand.clock);
  hand.pass(500);
  for (let order = 0; order < 5; order++) greedy.place(hand.clock);
  assert.throws(() => greedy.place(hand.clock), { code: status.RESOURCE_EXHAUSTED });
});

test('a caller has the shop write to one person so often in an hour, however the address is spelt, and to others as before', () => {
  const hand = byHand();
  const tester = { name: 'load', key: keyOf('load'), roles: ['place', 'load'] };
  const callers = new Callers(fileOf([{ ...shop, ordersPerRecipient: 3 }, tester]), hand);
  const [greedy, other] = [callers.of(call({ key: shop.key })), callers.of(call({ key: tester.key }))];
  for (const email of ['ana@ñandú.example', 'ana+1@xn--and-6ma2c.example', 'ANA@Ñandú.example'])
    greedy.writeTo(to(email), hand.clock);
  assert.throws(() => greedy.writeTo(to('ana+2@ñandú.example'), hand.clock), {
    code: status.RESOURCE_EXHAUSTED,
    message: 'you may place 3 orders an hour for one e-mail address',
  });
  greedy.writeTo(to('eva@example.com'), hand.clock);
  for (let order = 0; order < 100; order++) other.writeTo(to('ana@ñandú.example'), hand.clock);
  hand.pass(3_600_000);
  greedy.writeTo(to('ana@ñandú.example'), hand.clock);
});

test('a caller who writes to very many is counted in bounded memory', () => {
  const recipients = new Recipients(3);
  const taken = ['a', 'b', 'c', 'd', 'd', 'a'].map(
    (one, index) => recipients.take(`${one}@example.com`, `${index}`, 1, byHand().clock) !== undefined,
  );
  assert.deepEqual(taken, [true, true, true, true, false, true]);
});

test('an hour is the last one, not that of the clock: no person hears of twice the share within it', () => {
  const { clock, pass } = byHand();
  const recipients = new Recipients();
  const take = (orderId: string) => recipients.take('ana@example.com', orderId, 2, clock) !== undefined;
  const taken = [take('first')];
  pass(3_599_000);
  taken.push(take('second'), take('third'));
  pass(1000);
  taken.push(take('fourth'), take('fifth'));
  assert.deepEqual(taken, [true, true, false, true, false]);
});

test('keys that are put anew are read anew, and what cannot be used changes nothing', () => {
  const hand = byHand();
  const file = fileOf([shop]);
  const callers = new Callers(file, hand);
  fileOf('[');
  hand.tick();
  assert.equal(callers.of(call({ key: shop.key })).name, 'shop');
  fileOf([{ ...shop, key: keyOf('renewed') }]);
  hand.tick();
  assert.throws(() => callers.of(call({ key: shop.key })), { code: status.UNAUTHENTICATED });
  assert.equal(callers.of(call({ key: keyOf('renewed') })).name, 'shop');
});

test('an edit of the file gives no caller its share anew, nor its streams', () => {
  const hand = byHand();
  const bound = { ...shop, ordersPerSecond: 1, ordersPerRecipient: 1 };
  const callers = new Callers(fileOf([bound]), hand);
  const before = callers.of(call({ key: shop.key }));
  before.place(hand.clock);
  before.writeTo(to('ana@example.com'), hand.clock);
  while (before.openStream());
  fileOf([bound, { name: 'desk', certificate: 'desk.example', roles: ['operate'] }]);
  hand.tick();
  const after = callers.of(call({ key: shop.key }));
  const spent = { code: status.RESOURCE_EXHAUSTED };
  assert.throws(() => after.place(hand.clock), spent);
  assert.throws(() => after.writeTo(to('ana@example.com'), hand.clock), spent);
  assert.equal(after.openStream(), false);
  before.closeStream();
  assert.equal(after.openStream(), true);
  fileOf([{ ...bound, roles: ['place', 'load'] }]);
  hand.tick();
  after.place(hand.clock);
});

const faults: Readonly<Record<string, readonly [contents: unknown, says: RegExp, mode?: number]>> = {
  'that others can read': [[shop], /readable by others: chmod 600/, 0o644],
  'that is no JSON': ['{', /is no list of callers/],
  'with a short key': [[{ ...shop, key: 'short' }], /0\.key has at least 32 characters/],
  'with an unknown role': [[{ ...shop, roles: ['rule'] }], /is one of place, read, operate, load/],
  'with neither key nor certificate': [[{ name: 'shop', roles: ['read'] }], /has a key or a certificate/],
  'with one name for two': [[shop, { ...shop, key: keyOf('other') }], /twice/],
};

for (const [kind, [contents, says, mode]] of Object.entries(faults)) {
  test(`a file ${kind} is refused with what to do, and without the key`, () => {
    assert.throws(
      () => new Callers(fileOf(contents, mode), byHand()),
      ({ message }: Error) =>
        /^DESPACHO_GRPC_CALLERS: /.test(message) && says.test(message) && !message.includes(shop.key),
    );
  });
}
