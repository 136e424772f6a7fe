/** A program of another user of this machine, for tests that root runs. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Options of a test that needs one. */
export const needsStranger = { skip: process.getuid?.() !== 0 && 'only root can become somebody else' };

const nobody = ['--reuid=65534', '--regid=65534', '--clear-groups'];

/** @returns what it hears from this port of ours after it has said these lines, until the end or for 5 s */
export async function heardByStranger(port: number | string, ...lines: string[]): Promise<string> {
  const said = lines.map((line) => `${line}\r\n`).join('');
  const script = 'exec 3<>"/dev/tcp/127.0.0.1/$0"; printf %s "$1" >&3; timeout 5 cat <&3 || true';
  const { stdout } = await promisify(execFile)('setpriv', [...nobody, 'bash', '-c', script, String(port), said]);
  return stdout;
}
