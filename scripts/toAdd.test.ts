/** What a new thing of each kind touches, held against what ARCHITECTURE.md's "To add" says that it touches. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Code alone: documents and tests tell of it, and an engine is a thing of its own to add. */
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root })
  .toString()
  .split('\n')
  .filter((path) => /^(functions|infra|scripts)\/.*\.(ts|css|html)$|^serverless\.yml$/.test(path))
  .filter((path) => !/\.(test|fixture)\.ts$|\.d\.ts$|^infra\/engines\//.test(path))
  .filter((path) => existsSync(join(root, path)));

/** The files of a point of "To add": its code words that are paths. */
function told(point: string, names: Readonly<Record<string, string>>): string[] {
  const [, text = ''] =
    new RegExp(`^- \\*\\*${point}\\*\\*((?:.*\\n)+?)(?=- |\\n|$)`, 'm').exec(read('ARCHITECTURE.md')) ?? [];
  const paths = [...text.matchAll(/`([\w/.<>]+\.(?:ts|yml))`/g)].map(([, path = '']) => path);
  return paths.map((path) => path.replace(/<\w+>/g, (name) => names[name] ?? name)).sort();
}

const touched = (probe: RegExp): string[] => files.filter((path) => probe.test(read(path))).sort();

for (const { point, probe, names } of [
  {
    point: 'a store',
    probe: /ignite/i,
    names: { '<engine>': 'ignite', '<Engine>': 'Ignite' },
  },
  { point: 'a language', probe: /(?<!postLanguages = \[)'es'(, | \| )'en'/, names: {} },
  { point: 'a distribution', probe: /\bmmpp\b/, names: {} },
  { point: 'a panel', probe: /'compare-cpu'/, names: { '<name>': 'lab' } },
]) {
  test(`${point} touches the files that ARCHITECTURE.md names, and no other`, () => {
    const paths = told(point, names);
    assert.notEqual(paths.length, 0);
    assert.deepEqual(touched(probe), paths);
  });
}
