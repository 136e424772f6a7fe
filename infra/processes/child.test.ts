import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../ownFolder.fixture.ts';
import { Child } from './child.ts';

/** Returns when the process is dead; meanwhile nothing here hears of it. */
function untilDead(pid: number): void {
  while (!/^(Z|X|$)/.test(execFileSync('sh', ['-c', `ps -o stat= -p ${pid} || true`], { encoding: 'utf8' }).trim()));
}

test('an order to a process that has just died is not a failure of whoever gives it, and the end is heard of', async () => {
  const program = join(ownFolder({ 'program.mjs': 'process.exit(3);' }), 'program.mjs');
  const child = new Child<{ kind: 'stop' }, never>(program, { title: 'The trial' });
  untilDead(child.pid);
  await child.stop({ kind: 'stop' });
  await assert.rejects(child.failure, /The trial ended by itself \(3\)/);
});
