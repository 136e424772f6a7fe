/** Who started something from the console, or looked at what is personal: a line for each, kept in a file. */
import { appendFile } from 'node:fs';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { harmless } from '../../functions/text.ts';
import { systemClock } from '../clock.ts';
import { before } from './guard.ts';

type Asked = Pick<IncomingMessage, 'method' | 'url' | 'headers'>;

/** What a request is told as: never what was searched for, which may be somebody's address. */
export function toldAs({ method = 'GET', url = '/' }: Asked): string | undefined {
  // Whatever is no URL reaches no function.
  const asked = URL.parse(url, 'http://here');
  if (!asked?.pathname.startsWith('/api/')) return undefined;
  const { pathname, searchParams } = asked;
  const looks = method === 'GET' || method === 'HEAD';
  if (looks && searchParams.get('personal') !== 'true') return undefined;
  const id = searchParams.get('id');
  return `${method} ${pathname}${id && /^[0-9a-f-]{36}$/.test(id) ? ` ${id}` : ''}`;
}

/** As the door names who came through it; everybody else is on this machine. */
export function whoAsks({ headers }: Pick<Asked, 'headers'>): string {
  const name = headers['x-despacho-person'];
  if (typeof name !== 'string') return 'this machine';
  try {
    return `${harmless(decodeURIComponent(name)).slice(0, 64)} (${headers['x-despacho-role']})`;
  } catch {
    return 'somebody';
  }
}

/**
 * @param isTold whether a server's requests are told
 * @param file made for this user alone, and appended to
 */
export function keepTrail(target: Server, isTold: (server: Server) => boolean, file: string): void {
  before(target, (server, asked, answer, pass) => {
    const what = isTold(server) && 'writeHead' in answer ? toldAs(asked) : undefined;
    if (what === undefined) return pass();
    (answer as ServerResponse).once('close', () => {
      const line = {
        at: new Date(systemClock.now()).toISOString(),
        who: whoAsks(asked),
        what,
        status: (answer as ServerResponse).statusCode,
      };
      // A full disk holds up nobody's work.
      appendFile(file, `${JSON.stringify(line)}\n`, { mode: 0o600 }, () => undefined);
    });
    return pass();
  });
}
