/** A program of another user of this machine, for tests that root runs. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import type { TestContext } from 'node:test';
import { promisify } from 'node:util';

/** Options of a test that needs one. */
export const needsStranger = { skip: process.getuid?.() !== 0 && 'only root can become somebody else' };

/** The user `nobody`. */
export const strangerId = 65_534;

const nobody = [`--reuid=${strangerId}`, `--regid=${strangerId}`, '--clear-groups'];

/** @returns what it hears from this port of ours after it has said these lines, until that ends the connection */
export async function heardByStranger(port: number | string, ...lines: string[]): Promise<string> {
  const said = lines.map((line) => `${line}\r\n`).join('');
  const script = 'exec 3<>"/dev/tcp/127.0.0.1/$0"; printf %s "$1" >&3; cat <&3 || true';
  const { stdout } = await promisify(execFile)('setpriv', [...nobody, 'bash', '-c', script, String(port), said]);
  return stdout;
}

/**
 * For a client that is more than lines: whatever it says goes on to a port of ours by a stranger's program.
 * @returns the port to say it to, until the test is over
 */
export async function throughStranger(port: number, test: TestContext): Promise<number> {
  const script = 'exec 3<>"/dev/tcp/127.0.0.1/$0"; cat <&3 & exec cat >&3';
  const relay = createServer((socket) => {
    const args = [...nobody, 'bash', '-c', script, String(port)];
    const { stdin, stdout } = spawn('setpriv', args, { stdio: ['pipe', 'pipe', 'inherit'] });
    for (const one of [socket, stdin, stdout]) one.on('error', () => socket.destroy());
    socket.pipe(stdin);
    stdout.pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  test.after(() => relay.close());
  return (relay.address() as AddressInfo).port;
}
