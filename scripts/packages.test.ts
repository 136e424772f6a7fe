import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

type Package = Readonly<{ version?: string; integrity?: string; link?: boolean }>;

const read = (name: string) => JSON.parse(readFileSync(join(import.meta.dirname, '..', name), 'utf8'));
const packages = Object.entries(read('package-lock.json').packages as Record<string, Package>).filter(
  ([path, { link }]) => path !== '' && !link,
);

test('nothing is installed that is not what the lock file says, on any platform', () => {
  const unchecked = packages.filter(([, { integrity }]) => !integrity?.startsWith('sha512-'));
  assert.deepEqual(
    unchecked.map(([path]) => path),
    [],
  );
});

test('the Node that runs everything is a package of the lock file, and no install script fetches another', () => {
  for (const machine of ['x64', 'arm64']) {
    const found = packages.find(([path]) => path === `node_modules/node-linux-${machine}`);
    assert.match(found?.[1].version ?? '', /^24\./, machine);
  }
  assert.ok(!packages.some(([path]) => path === 'node_modules/node'));
  assert.ok(!('node' in read('package.json').allowScripts));
});
