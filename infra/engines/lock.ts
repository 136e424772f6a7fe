/**
 * A lock that no crash can leave behind: a socket name in Linux's abstract namespace,
 * which the kernel frees together with the process that holds it.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { systemClock, within } from '../clock.ts';
import { codeOf, Trouble } from '../faults.ts';
import { holderOf } from './socketHolder.ts';

const socketName = (name: string) => `\0despacho-${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;

async function take(path: string): Promise<Disposable | undefined> {
  const server = createServer((socket) => socket.on('error', () => socket.destroy()).resume());
  server.listen(path);
  try {
    await once(server, 'listening');
  } catch (error) {
    if (codeOf(error) === 'EADDRINUSE') return undefined;
    throw error;
  }
  const visitors = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => visitors.add(socket));
  return {
    [Symbol.dispose]() {
      server.close();
      for (const socket of visitors) socket.destroy();
    },
  };
}

/** Resolves when whoever holds the lock lets go of it or dies. */
async function release(path: string): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  connect(path).on('error', resolve).on('close', resolve).resume();
  await promise;
}

const listens = '00010000';

/** The kernel's number of the socket that listens by a name, which every user of the machine may take. */
function inodeOf(path: string): string | undefined {
  for (const line of readFileSync('/proc/net/unix', 'latin1').split('\n')) {
    const [, , , flags, , , inode, name] = line.trim().split(/\s+/);
    if (flags === listens && name === path.replace('\0', '@')) return inode;
  }
  return undefined;
}

function isOurs(inode: string): boolean {
  const pid = holderOf([inode]);
  try {
    return pid !== undefined && statSync(`/proc/${pid}`).uid === process.getuid?.();
  } catch {
    return false;
  }
}

/** @throws Trouble when another user holds it, who could do so for ever */
function refuseStrangers(path: string): void {
  const inode = inodeOf(path);
  // A process of ours that is ending is no longer seen with what it held: so it is looked at twice.
  if (inode === undefined || isOurs(inode) || inodeOf(path) !== inode) return;
  throw new Trouble(
    'machine',
    `Another user of this machine holds @${path.slice(1)}, a lock of ours (/proc/net/unix lists it), so nothing is ` +
      'started or stopped here. End their program that holds it.',
  );
}

/** ms that a lock is waited for before it is asked whose it is, which takes a look at every process. */
const patience = 500;

/**
 * Waits for the lock of this name on this machine. Let go of it by leaving the scope of `using`.
 * @throws Trouble when another user holds it, who could do so for ever
 */
export async function lock(name: string, whileHeld?: () => void): Promise<Disposable> {
  const path = socketName(name);
  for (let told = false; ; ) {
    const held = await take(path);
    if (held) return held;
    if (!told) whileHeld?.();
    told = true;
    let waits = true;
    const released = release(path).finally(() => (waits = false));
    await within(systemClock, patience, released);
    if (waits) refuseStrangers(path);
    await released;
  }
}
