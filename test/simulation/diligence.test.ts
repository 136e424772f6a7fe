import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';

const run = (then: string) =>
  spawnSync(
    process.execPath,
    [
      '--input-type=module',
      '--eval',
      `const { mayWorkFor } = await import('./diligence.ts'); mayWorkFor(0.1); ${then}`,
    ],
    // Nothing else of this process runs meanwhile, nor the runner's time-out.
    { cwd: import.meta.dirname, timeout: 120_000 },
  );

test('a process that works longer than it may is ended, though it never lets anything else run', () => {
  assert.equal(run('for (;;);').signal, 'SIGKILL');
});

test('one that waits is not, however long that takes', () => {
  assert.equal(run('setTimeout(() => console.log("ended"), 1500);').status, 0);
});
