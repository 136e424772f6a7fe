import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';

const here = (name: string) => JSON.stringify(join(import.meta.dirname, name));

/** @param main the text of a function */
const ended = (main: string): Promise<{ code: unknown; said: string }> =>
  new Promise((resolve) => {
    const program = `import { runMain } from ${here('runMain.ts')};
import { Mistake, Trouble } from ${here('faults.ts')};
runMain(${main});`;
    execFile(process.execPath, ['--input-type=module', '--eval', program], (error, _, stderr) =>
      resolve({ code: error?.code ?? 0, said: stderr }),
    );
  });

for (const [main, code, said] of [
  ['async () => undefined', 0, /^$/],
  ['async () => 7', 7, /^$/],
  ["() => { throw new Mistake('flag', '--x is no number') }", 2, /^--x is no number\n$/],
  ["async () => { throw new Trouble('away', 'Nobody answers') }", 1, /^Nobody answers\n$/],
  ["async () => { throw new Error('A library says so') }", 1, /^A library says so\n$/],
  ["async () => { throw new Error('redis://u:S3CRET@host is away') }", 1, /^redis:\/\/host is away\n$/],
  ['async () => undefined.x', 1, /^TypeError: .*\n\s+at /],
] as const) {
  test(`${main} ends with ${code}, and a stack only for a bug`, async () => {
    const outcome = await ended(main);
    assert.equal(outcome.code, code);
    assert.match(outcome.said, said);
  });
}
