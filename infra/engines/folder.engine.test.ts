/** People keep projects in folders of any name. Everything lies below them, what is downloaded too. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { enginesIn } from './engines.fixture.ts';
import { redis } from './redis.ts';
import { siteOf, usualHome } from './site.ts';

const engines = ['redis', 'kafka', 'elasticsearch', 'inbox', 'postgres'];
const folder = `mi tienda "ñandú" & 'más' 100% $HOME`;

// A server's shell, or a terminal of another time, which knows no accents.
Object.assign(process.env, { LANG: 'C', LC_ALL: 'C' });

test('every engine starts in a folder with spaces, accents and signs in its name, and is found there again', async (context) => {
  const home = join(usualHome, `${folder} ${process.pid}`);
  mkdirSync(home);
  execFileSync('cp', ['-al', join(usualHome, 'downloads'), join(home, 'downloads')]);
  const trial = await enginesIn(home, engines);
  context.after(() => trial.end());
  for (const name of engines) {
    assert.equal((await trial.up(name)).outcome, 'started', name);
    assert.equal((await trial.up(name)).outcome, 'running', name);
  }
  assert.deepEqual(readdirSync(join(home, 'data')).sort(), [...engines].sort());
  const strays = readdirSync(dirname(home)).filter((name) => name.startsWith('mi '));
  assert.equal(strays.length, 1, strays.join());
});

test('a folder below which Java or Elasticsearch finds nothing is refused with the reason', () => {
  for (const name of ['a:b', 'C#']) {
    assert.throws(
      () => siteOf(redis, join(usualHome, name), {}, () => undefined),
      new RegExp(`^EngineFault: .*${name}.* has a . in its name.* Move the project`),
    );
  }
});
