import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { makeWhole } from './whole.ts';

async function prepare(context: TestContext) {
  const parent = await mkdtemp(join(tmpdir(), 'despacho-'));
  context.after(() => rm(parent, { recursive: true }));
  return { parent, folder: join(parent, 'kafka') };
}

test('a folder is not there before it is finished', async (context) => {
  const { folder } = await prepare(context);

  await makeWhole(folder, async (part) => {
    await writeFile(join(part, 'a.jar'), '');
    assert.ok(!existsSync(folder));
  });

  assert.deepEqual(await readdir(folder), ['a.jar']);
});

test('what a killed process had begun is removed, and made again', async (context) => {
  const { parent, folder } = await prepare(context);
  await mkdir(`${folder}.part-1`);
  await writeFile(`${folder}.part-1/half.jar`, '');

  await makeWhole(folder, (part) => writeFile(join(part, 'whole.jar'), ''));

  assert.deepEqual(await readdir(parent), ['kafka']);
  assert.deepEqual(await readdir(folder), ['whole.jar']);
});

test('two that want it at once make it once, and neither takes away what the other has begun', async (context) => {
  const { folder } = await prepare(context);
  let made = 0;
  const make = async (part: string) => {
    made++;
    await new Promise((resolve) => setImmediate(resolve));
    await writeFile(join(part, 'a.jar'), '');
  };

  await Promise.all([makeWhole(folder, make), makeWhole(folder, make), makeWhole(folder, make)]);

  assert.equal(made, 1);
  assert.deepEqual(await readdir(folder), ['a.jar']);
});

test('what failed is made again, what is there is not', async (context) => {
  const { folder } = await prepare(context);
  await assert.rejects(
    makeWhole(folder, () => Promise.reject(new Error('no network'))),
    /no network/,
  );
  assert.ok(!existsSync(folder));

  await makeWhole(folder, (part) => writeFile(join(part, 'first'), ''));
  await makeWhole(folder, (part) => writeFile(join(part, 'second'), ''));

  assert.deepEqual(await readdir(folder), ['first']);
});
