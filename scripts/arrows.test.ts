/**
 * Biome refuses each import that runs against ARCHITECTURE.md's arrows: tried in every folder, with an import in every way.
 * Circles of files it refuses too, and not those of rooms.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../infra/ownFolder.fixture.ts';

const root = join(import.meta.dirname, '..');
const folder = ownFolder();

const files = execFileSync('git', ['ls-files', '*.ts'], { cwd: root })
  .toString()
  .trim()
  .split('\n')
  .filter((path) => !/\.(test|fixture|d)\.ts$/.test(path) && existsSync(join(root, path)));
const folders = [...new Set(files.map(dirname))];
const rooms = (of: string) => folders.filter((path) => dirname(path) === of);
const below = (of: string) => folders.filter((path) => path === of || path.startsWith(`${of}/`));
const without = (all: readonly string[], ...known: string[]) => all.filter((path) => !known.includes(path));

const above = ['scripts/lab', 'test/system'];
const shared = ['infra/access', 'infra/kafkajs'];
const general = ['infra/http', 'infra/simulation', 'infra/kafkajs', 'infra/dispatcher'];
const features = ['functions', ...without(rooms('functions'), 'functions/runtime')];
const running = ['functions', ...rooms('functions'), 'proto/gen'];

/** What each room must not know: files of these folders. A fixture is denied to all of them. */
const denied: Readonly<Record<string, readonly string[]>> = {
  functions: [...above, 'infra', ...without(rooms('infra'), ...shared)],
  'functions/runtime': [...above, 'infra', ...without(rooms('infra'), ...shared), ...features],
  infra: above,
  'infra/dispatcher': [...above, ...running, ...without(rooms('infra'), ...general)],
  'infra/engines': [...above, ...running, ...without(rooms('infra'), ...shared, 'infra/http', 'infra/engines')],
  'infra/kafkajs': [...above, ...running, ...without(rooms('infra'), 'infra/kafkajs')],
  scripts: ['test/system'],
};

const ways = [
  (path: string) => `import '${path}';`,
  (path: string) => `export type { A } from '${path}';`,
  (path: string) => `export * from '${path}';`,
  (path: string) => `export type B = import('${path}').B;`,
  (path: string) => `export const c = await import('${path}');`,
];

/** A file in the one folder that imports a file of the other in every way. */
function tryImports(from: string, to: string): string {
  const file = join(from, `${to.replaceAll('/', '-')}.ts`);
  const path = relative(from, to);
  const imported = path.startsWith('.') ? path : `./${path}`;
  mkdirSync(join(folder, from), { recursive: true });
  writeFileSync(join(folder, file), ways.map((way) => `${way(imported)}\n`).join(''));
  return file;
}

test('an import against the arrows is refused from whatever folder, and in whatever way', () => {
  const { vcs, ...config } = JSON.parse(readFileSync(join(root, 'biome.json'), 'utf8'));
  const plugins = config.plugins.map((plugin: { path: string }) => ({ ...plugin, path: join(root, plugin.path) }));
  writeFileSync(join(folder, 'biome.json'), JSON.stringify({ ...config, plugins, $schema: undefined }));
  const tried = Object.entries(denied).flatMap(([room, targets]) =>
    below(room).flatMap((from) =>
      [...targets.map((to) => `${to}/any.ts`), `${room}/any.fixture.ts`].map((to) => tryImports(from, to)),
    ),
  );
  const biome = join(root, 'node_modules/.bin/biome');
  const args = ['lint', '--reporter=json', '--max-diagnostics=none'];
  const { stdout } = spawnSync(biome, args, { cwd: folder, encoding: 'utf8', maxBuffer: 1e9 });
  const refused = new Set<string>();
  for (const { category, location } of JSON.parse(stdout).diagnostics) {
    if (/noRestrictedImports|plugin/.test(category)) refused.add(`${location.path}:${location.start.line}`);
  }
  const lines = tried.flatMap((file) => ways.map((_, index) => `${file}:${index + 1}`));
  assert.deepEqual(
    lines.filter((line) => !refused.has(line)),
    [],
  );
});

/** `functions/orders`, `infra/gateway`: a file that lies in no such folder is of none. */
const roomOf = (path: string): string | undefined => /^(?:functions|infra|scripts)\/[^/]+(?=\/)/.exec(path)?.[0];

/** The rooms that each room imports from, in whatever way. */
function standsOn(): Map<string, Set<string>> {
  const all = new Map<string, Set<string>>();
  for (const path of files) {
    const room = roomOf(path);
    if (!room) continue;
    const known = all.get(room) ?? new Set();
    all.set(room, known);
    for (const [, to = ''] of readFileSync(join(root, path), 'utf8').matchAll(
      /(?:from|import|import\() ?'(\.[^']+)'/g,
    )) {
      const other = roomOf(join(dirname(path), to));
      if (other && other !== room) known.add(other);
    }
  }
  return all;
}

test('no room stands on one that stands on it', () => {
  const left = standsOn();
  for (let done = false; !done; ) {
    const free = [...left.keys()].filter((room) => ![...(left.get(room) ?? [])].some((other) => left.has(other)));
    for (const room of free) left.delete(room);
    done = free.length === 0;
  }
  assert.deepEqual([...left.keys()], []);
});
