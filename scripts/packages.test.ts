import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

type Package = Readonly<{
  version?: string;
  integrity?: string;
  link?: boolean;
  hasInstallScript?: boolean;
  dependencies?: Readonly<Record<string, string>>;
}>;

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

test('an action of CI is a commit, and no name that somebody can move', () => {
  const workflow = readFileSync(join(import.meta.dirname, '../.github/workflows/test.yml'), 'utf8');
  const actions = [...workflow.matchAll(/uses: (\S+)/g)].map(([, name]) => name ?? '');
  assert.ok(actions.length > 0);
  for (const name of actions) assert.match(name, /^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
});

test('whoever has an install script is named, as one that may run it or may not', () => {
  const named = Object.keys(read('package.json').allowScripts);
  const having = packages.filter(([, { hasInstallScript }]) => hasInstallScript);
  const unnamed = having
    .map(([path]) => path.split('node_modules/').at(-1) ?? '')
    .filter((one) => !named.includes(one));
  assert.deepEqual(unnamed, []);
});

test('no package is given whatever is the latest: npm lists nothing of what such a one is made of', () => {
  const { overrides } = read('package.json');
  for (const [path, { dependencies = {} }] of packages) {
    const name = path.split('node_modules/').at(-1) ?? '';
    for (const [needed, range] of Object.entries(dependencies)) {
      if (range === 'latest') assert.match(overrides[name]?.[needed] ?? range, /^\d+\.\d+\.\d+$/, `${name}: ${needed}`);
    }
  }
});
