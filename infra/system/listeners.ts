/**
 * The listeners of the system's process, serverless-offline's among them: all behind one guard, before a request
 * starts a function's thread. serverless-offline itself lets every site run every function.
 */
import { Server as HttpServer } from 'node:http';
import { Server as HttpsServer } from 'node:https';
import { join } from 'node:path';
import type { Settings } from '../../functions/settings.ts';
import { isLoopback } from '../access/loopback.ts';
import { splitHostPort } from '../access/splitHostPort.ts';
import { doorGate } from '../door/door.ts';
import { usualHome } from '../engines/site.ts';
import { Mistake } from '../faults.ts';
import { type Bounds, bound } from '../http/bound.ts';
import { type Gate, guard } from '../http/guard.ts';
import { portOf } from '../http/portOf.ts';
import { keepTrail } from '../http/trail.ts';

type Options = Readonly<Record<string, unknown>>;
type Places = Pick<Settings, 'consoleUrl' | 'consoleSocket' | 'consoleAddress'>;

/** Who started something from the console, or looked at what is personal. */
export const trailFile = join(usualHome, 'logs', 'trail.log');

/** A page asks for some forty files and answers; a program may call functions as AWS lets it, but no thread for each. */
const bounds: Bounds = { atOnce: 32, waiting: 1000, sockets: 100, socketBytes: 64 * 1024 };

/** What each of serverless-offline's ports lets in; functions (3002) are called by programs, and by no page. */
export function gatesOf(ports: Options, places: Places): ReadonlyMap<number, Gate> {
  const { consoleUrl, consoleSocket, consoleAddress } = places;
  const door = splitHostPort(consoleAddress).port;
  // A proxy that stands before the console runs as whoever it likes.
  const anyUser = !isLoopback(new URL(consoleUrl).hostname);
  return new Map<number, Gate>([
    [Number(ports.httpPort ?? 3000), { pages: [consoleUrl], linked: (path) => path === '/', anyUser }],
    [Number(ports.websocketPort ?? 3001), { pages: [consoleUrl, consoleSocket], pagesOnly: true, anyUser }],
    [Number(ports.lambdaPort ?? 3002), { linked: () => false }],
    ...(door ? [[door, doorGate(consoleUrl)] as const] : []),
  ]);
}

/**
 * Guards every listener of this process from now on.
 * @param options serverless-offline's flags and keys
 * @throws Mistake for a host that others than this machine reach: nothing here asks who they are
 */
export function guardListeners(options: Options, places: Places): void {
  const host = String(options.host ?? 'localhost');
  if (!isLoopback(host)) {
    throw new Mistake(
      'flag',
      `--host ${host} would open every function to the network, without a login: leave it at 127.0.0.1, ` +
        'and set DESPACHO_CONSOLE_ADDRESS to open the console alone, over TLS and with a password.',
    );
  }
  const gates = gatesOf(options, places);
  const page = Number(options.httpPort ?? 3000);
  for (const { prototype } of [HttpServer, HttpsServer] as (typeof HttpServer)[]) {
    bound(prototype, (server) => (gates.has(portOf(server)) ? bounds : undefined));
    guard(prototype, (server) => gates.get(portOf(server)) ?? {});
    keepTrail(prototype, (server) => portOf(server) === page, trailFile);
  }
}
