import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test as nodeTest } from 'node:test';
import { WebSocketServer } from 'ws';
import { certify } from '../certify.fixture.ts';
import { systemClock } from '../clock.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { type Door, type DoorOptions, openDoor } from './door.ts';
import { anybodyWith } from './people.ts';

export const passwords = { view: 'the password of who looks', operate: 'the password of who operates' };
export const consoleUrl = 'https://shop.example:8443';

/** The certificate is for the address that these tests have, whatever name they ask by. */
export const checkServerIdentity = () => undefined;

export const portOf = (server: Server) => (server.address() as AddressInfo).port;

type Given = { method?: string; headers?: Record<string, string>; body?: string };

/** A `test` that has a door of its own, before what stands for the console and remembers what it was `asked`. */
export function testAtDoor() {
  const folder = ownFolder();
  const file = (name: string) => join(folder, name);
  const settings = {
    consoleAddress: '127.0.0.1:0',
    consoleCertificate: file('door.pem'),
    consoleKey: file('door.key'),
    consoleUrl,
  };
  const asked: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders }[] = [];
  const there = createServer(({ method, url, headers }, answer) => {
    asked.push({ method, url, headers });
    if (url === '/half') answer.write('the con', () => answer.destroy());
    else answer.end('the console');
  });
  let door: Door;
  let now = 0;

  const open = (other: Partial<DoorOptions>) => {
    const ports = { page: portOf(there), socket: portOf(there) };
    const clock = { ...systemClock, now: () => now };
    return openDoor({ settings, people: anybodyWith(passwords), ports, clock, ...other });
  };
  before(async () => {
    certify(folder, 'door');
    new WebSocketServer({ server: there }).on('connection', (socket) => socket.send('a snapshot'));
    await once(there.listen(0, '127.0.0.1'), 'listening');
  });
  after(() => {
    there.close();
    there.closeAllConnections();
  });
  // A hook for each test would open a door for those of other files, too, with which this one shares its process.
  const test = (name: string, work: () => Promise<void>) =>
    nodeTest(name, async () => {
      asked.length = 0;
      now = 1_000_000_000;
      door = await open({});
      await work().finally(() => door.close());
    });

  const ca = () => readFileSync(file('door-ca.pem'));

  async function ask(path: string, { method = 'GET', headers = {}, body = '' }: Given = {}) {
    const sent = request({
      host: '127.0.0.1',
      port: door.port,
      path,
      checkServerIdentity,
      method,
      ca: ca(),
      headers: { host: 'shop.example:8443', ...headers },
    });
    sent.end(body);
    const [answer] = await once(sent, 'response');
    let text = '';
    for await (const chunk of answer.setEncoding('utf8')) text += chunk;
    return { status: answer.statusCode as number, headers: answer.headers as IncomingHttpHeaders, text };
  }

  return {
    test,
    settings,
    asked,
    ca,
    ask,
    port: () => door.port,
    pass(ms: number) {
      now += ms;
    },
    /** Another door in its place. */
    async reopen(other: Partial<DoorOptions>) {
      door.close();
      door = await open(other);
    },
    /** @returns what the browser shows from then on */
    async enter(password: string, name = 'Ana'): Promise<Record<string, string>> {
      const body = String(new URLSearchParams({ name, password }));
      const { headers } = await ask('/enter', { method: 'POST', body, headers: { origin: consoleUrl } });
      return { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
    },
  };
}
