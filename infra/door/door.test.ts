import assert from 'node:assert/strict';
import { systemClock } from '../clock.ts';
import { passwords, testAtDoor } from './door.fixture.ts';
import { openDoor } from './door.ts';
import { anybodyWith } from './people.ts';

const { test, settings, asked, ask, enter, pass, reopen } = testAtDoor();

test('nobody comes to the console without a password, and is led to where one comes in', async () => {
  const first = await ask('/');
  assert.deepEqual([first.status, first.headers.location], [303, '/enter']);
  for (const path of ['/api/orders', '/page/main.js']) assert.equal((await ask(path)).status, 401, path);
  assert.deepEqual(await enter('a guess'), { cookie: '' });
  assert.equal((await ask('/', { headers: { cookie: '__Host-despacho=a-guess' } })).status, 303);
  assert.match((await ask('/enter')).text, /type="password"/);
  assert.deepEqual(asked, []);
});

test('the cookie is for this site over TLS alone, no script reads it, and the console never sees it', async () => {
  const body = String(new URLSearchParams({ name: 'Ana', password: passwords.view }));
  const { headers } = await ask('/enter', { method: 'POST', body });
  assert.match(headers['set-cookie']?.[0] ?? '', /^__Host-\S+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  assert.match(String(headers['strict-transport-security']), /max-age/);
  const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  assert.equal((await ask('/', { headers: { cookie } })).text, 'the console');
  assert.equal(asked[0]?.headers.cookie, undefined);
});

test('who has the password of view changes nothing; who operates does, and the console is told who it is', async () => {
  const [view, operate] = [await enter(passwords.view), await enter(passwords.operate)];
  assert.equal((await ask('/api/orders', { headers: view })).status, 200);
  for (const method of ['POST', 'DELETE', 'PUT'])
    assert.equal((await ask('/api/load', { method, headers: view })).status, 403, method);
  const forged = { 'x-despacho-person': 'somebody', 'x-despacho-role': 'admin' };
  assert.equal((await ask('/api/load', { method: 'POST', headers: { ...operate, ...forged } })).status, 200);
  const { headers } = asked.at(-1) ?? assert.fail('the console was not asked');
  assert.deepEqual([headers['x-despacho-person'], headers['x-despacho-role']], ['Ana', 'operate']);
});

test('a session ends after half an hour without a question, after twelve hours, and when its person leaves', async () => {
  const isOpen = async (headers: Record<string, string>) => (await ask('/', { headers })).status === 200;
  const [left, used, unused] = [await enter(passwords.view), await enter(passwords.view), await enter(passwords.view)];
  await ask('/leave', { method: 'POST', headers: left });
  assert.equal(await isOpen(left), false);
  for (let minutes = 0; minutes < 12 * 60; minutes += 20) {
    assert.equal(await isOpen(used), true);
    pass(20 * 60_000);
  }
  assert.equal(await isOpen(used), false);
  assert.equal(await isOpen(unused), false);
});

test('after twenty wrong passwords in a minute no password is looked at', async () => {
  for (let guess = 0; guess < 20; guess++) await enter(`guess ${guess}`);
  assert.deepEqual(await enter(passwords.view), { cookie: '' });
  pass(61_000);
  assert.notDeepEqual(await enter(passwords.view), { cookie: '' });
});

test('a page of another site, or a name bent to this address, gets nothing through the door', async () => {
  const operate = await enter(passwords.operate);
  for (const headers of [
    { origin: 'https://evil.example' },
    { host: 'evil.example:8443' },
    { 'sec-fetch-site': 'cross-site' },
  ])
    assert.equal((await ask('/api/load', { method: 'POST', headers: { ...operate, ...headers } })).status, 403);
  assert.deepEqual(asked, []);
});

test('a name is taken however the browser composes its letters', async () => {
  const people = {
    ...anybodyWith(passwords),
    roleOf: (name: string) => (name === 'Jos\u00e9' ? 'view' : undefined),
  } as const;
  await reopen({ people });
  assert.notDeepEqual(await enter(passwords.view, ' Jose\u0301 '), { cookie: '' });
});

test('a door without TLS is refused by what it lacks', async () => {
  const ports = { page: 1, socket: 1 };
  for (const lacking of [{ consoleCertificate: '' }, { consoleKey: '' }, { consoleUrl: 'http://127.0.0.1:3000' }]) {
    const half = { ...settings, ...lacking };
    await assert.rejects(
      openDoor({ settings: half, people: anybodyWith(passwords), ports, clock: systemClock }),
      /DESPACHO_CONSOLE_ADDRESS opens the console to others, over TLS alone/,
    );
  }
});
