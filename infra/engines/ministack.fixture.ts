/** MiniStack, a free emulator of AWS, without Docker: it runs functions in Python and JavaScript as processes of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep, systemClock } from '../clock.ts';
import { freePort } from './freePort.ts';
import { pythonWith } from './python.fixture.ts';

export type MiniStack = Readonly<{
  /** Of all of its services, such as `http://127.0.0.1:4566`. */
  endpoint: string;
  end(): Promise<void>;
}>;

const isReady = (endpoint: string): Promise<boolean> =>
  fetch(`${endpoint}/_ministack/health`).then(
    ({ ok }) => ok,
    () => false,
  );

/** Starts one at a free port. Whoever asks ends it. @throws Error with what it said where it ends instead */
export async function miniStack(): Promise<MiniStack> {
  const [{ environment }, port] = [await pythonWith('ministack'), await freePort()];
  const folder = await mkdtemp(join(tmpdir(), 'ministack-'));
  const endpoint = `http://127.0.0.1:${port}`;
  const own = { BIND_HOST: '127.0.0.1', GATEWAY_PORT: `${port}`, TMPDIR: folder, AWS_DEFAULT_REGION: 'us-east-1' };
  const child = spawn('python3', ['-m', 'ministack'], {
    cwd: folder,
    env: { ...process.env, ...environment, ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  const ended = once(child, 'exit')
    // There is no such program.
    .catch((error) => {
      said += error;
    })
    .then(() => 'ended');
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text));
  const end = async () => {
    child.kill('SIGTERM');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  while (!(await isReady(endpoint))) {
    if (!(await Promise.race([ended, sleep(systemClock, 50)]))) continue;
    await end();
    throw new Error(`MiniStack ended:\n${said}`);
  }
  return { endpoint, end };
}
