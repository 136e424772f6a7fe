/**
 * The console's door to a network: TLS, a password, a role. Behind it the console listens on this machine alone, where
 * nobody is asked who they are.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Settings } from '../../functions/settings.ts';
import { settingFile } from '../access/settingFile.ts';
import { splitHostPort } from '../access/splitHostPort.ts';
import type { Clock } from '../clock.ts';
import { Mistake } from '../faults.ts';
import { bound } from '../http/bound.ts';
import { type Gate, guard } from '../http/guard.ts';
import { enterPage, enterPath, enterStyle, leavePath, stylePath } from './enterPage.ts';
import { forward, forwardSocket } from './forward.ts';
import { type People, personName } from './people.ts';
import { Sessions } from './sessions.ts';

type Places = Pick<Settings, 'consoleAddress' | 'consoleCertificate' | 'consoleKey' | 'consoleUrl'>;

/** `ports` are the console's own, on this machine; `clock` says when sessions end. */
export type DoorOptions = Readonly<{
  settings: Places;
  people: People;
  ports: Readonly<{ page: number; socket: number }>;
  clock: Clock;
}>;

export type Door = Readonly<{ port: number; close(): void }>;

/** Who may ask the door: its own pages, by the name that they were served by. */
export const doorGate = (consoleUrl: string): Gate => ({
  pages: [consoleUrl],
  linked: (path) => path === '/' || path === enterPath,
  pagesOnly: true,
  // It asks everybody for a password.
  anyUser: true,
});

const bounds = { atOnce: 64, waiting: 500, sockets: 100, socketBytes: 64 * 1024 };
const cookieName = '__Host-despacho';
const lookEvery = 30_000;

const always = {
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};
const ownPages = {
  ...always,
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
};

const tokenOf = ({ headers }: IncomingMessage): string =>
  headers.cookie
    ?.split(/; */)
    .find((one) => one.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1) ?? '';

/** @throws Mistake for files that cannot be used, or an address by which no browser could come */
function pair({ consoleCertificate, consoleKey, consoleUrl }: Places): { cert: Buffer; key: Buffer } {
  if (!consoleCertificate || !consoleKey || !consoleUrl.startsWith('https:')) {
    throw new Mistake(
      'setting',
      'DESPACHO_CONSOLE_ADDRESS opens the console to others, over TLS alone: set DESPACHO_CONSOLE_CERTIFICATE and ' +
        'DESPACHO_CONSOLE_KEY, files in PEM, and DESPACHO_CONSOLE_URL to the https address that browsers reach it by.',
    );
  }
  return {
    cert: settingFile('DESPACHO_CONSOLE_CERTIFICATE', consoleCertificate),
    key: settingFile('DESPACHO_CONSOLE_KEY', consoleKey),
  };
}

async function formOf(asked: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of asked.setEncoding('utf8')) {
    text += chunk;
    if (text.length > 2000) return new URLSearchParams();
  }
  return new URLSearchParams(text);
}

/** @throws Mistake that names the setting at fault, or what is thrown when the address cannot be listened on */
export async function openDoor(options: DoorOptions): Promise<Door> {
  const { settings, people } = options;
  const entrance = new Entrance(options);
  const server = createServer({ ...pair(settings), minVersion: 'TLSv1.2' });
  bound(server as never, () => bounds);
  guard(server as never, () => doorGate(settings.consoleUrl));
  server.on('request', (asked, answer) => {
    entrance.request(asked, answer).catch(() => answer.destroy());
  });
  server.on('upgrade', (asked, socket, head) => entrance.upgrade(asked, socket, head));
  server.listen(splitHostPort(settings.consoleAddress));
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close() {
      people.close();
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Who comes in, who leaves, and what a session may ask the console. */
class Entrance {
  readonly #sessions: Sessions;
  readonly #ports: DoorOptions['ports'];
  readonly #clock: Clock;

  constructor({ people, ports, clock }: DoorOptions) {
    this.#sessions = new Sessions(people, clock);
    this.#ports = ports;
    this.#clock = clock;
  }

  async request(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = asked.url?.split('?')[0];
    if (path === stylePath)
      return void answer.writeHead(200, { ...ownPages, 'content-type': 'text/css' }).end(enterStyle);
    if (path === enterPath) return asked.method === 'POST' ? this.#enter(asked, answer) : show(answer, false);
    const session = this.#sessions.find(tokenOf(asked));
    if (!session) {
      if (path === '/') return void answer.writeHead(303, { ...ownPages, location: enterPath }).end();
      return say(answer, 401, 'Your session has ended: load the page anew.');
    }
    const reads = asked.method === 'GET' || asked.method === 'HEAD';
    if (path === leavePath && !reads) {
      this.#sessions.leave(tokenOf(asked));
      return void answer.writeHead(303, { ...ownPages, location: enterPath }).end();
    }
    if (!reads && session.role !== 'operate') return say(answer, 403, 'This needs the password of the role operate.');
    forward(asked, answer, { port: this.#ports.page, session, more: always });
  }

  async #enter(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const form = await formOf(asked);
    const { data: name } = personName.safeParse(form.get('name'));
    const token = name && this.#sessions.enter(name, form.get('password') ?? '');
    if (!token) return show(answer, true);
    const cookie = `${cookieName}=${token}; Path=/; HttpOnly; Secure; SameSite=Strict`;
    answer.writeHead(303, { ...ownPages, 'set-cookie': cookie, location: '/' }).end();
  }

  upgrade(asked: IncomingMessage, socket: Duplex, head: Buffer): void {
    const session = this.#sessions.find(tokenOf(asked));
    if (!session) return void socket.end('HTTP/1.1 401 Unauthorized\r\nconnection: close\r\n\r\n');
    const timer = this.#clock.every(lookEvery, () => this.#sessions.isOpen(session) || socket.destroy());
    socket.once('close', () => timer.cancel());
    forwardSocket(asked, socket, head, { port: this.#ports.socket, session });
  }
}

function show(answer: ServerResponse, refused: boolean): void {
  answer.writeHead(refused ? 403 : 200, { ...ownPages, 'content-type': 'text/html; charset=utf-8' });
  answer.end(enterPage(refused));
}

/** As the page's own API says it. */
function say(answer: ServerResponse, status: number, error: string): void {
  answer.writeHead(status, { ...ownPages, 'content-type': 'application/json' }).end(JSON.stringify({ error }));
}
