/** People keep projects in folders of any name. Everything lies below them, what is downloaded too. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { enginesIn } from './engines.fixture.ts';
import { oddHome, oddName } from './home.fixture.ts';
import { redis } from './redis.ts';
import { siteOf, usualHome } from './site.ts';

/** Elasticsearch, the dearest to start, does so in such a folder where it is asked who it lets in. */
const engines = ['redis', 'kafka', 'inbox', 'postgres'];

// A server's shell, or a terminal of another time, which knows no accents.
Object.assign(process.env, { LANG: 'C', LC_ALL: 'C' });

test('every engine starts in a folder with spaces, accents and signs in its name, and is found there again', async (context) => {
  const home = await oddHome();
  const trial = await enginesIn(home, engines);
  context.after(() => trial.end());
  for (const name of engines) {
    assert.equal((await trial.up(name)).outcome, 'started', name);
    assert.equal((await trial.up(name)).outcome, 'running', name);
  }
  assert.deepEqual(readdirSync(join(home, 'data')).sort(), [...engines].sort());
  // A path that is cut at a space or a quote leaves something beside it.
  const ends = readdirSync(dirname(home)).flatMap((name) => (name.startsWith('mi') ? [name.replace(oddName, '')] : []));
  for (const end of ends) assert.match(end, /^\w{6}$/);
});

test('a folder below which Java or Elasticsearch finds nothing is refused with the reason', () => {
  for (const name of ['a:b', 'C#']) {
    assert.throws(
      () => siteOf(redis, join(usualHome, name), {}, () => undefined),
      new RegExp(`^EngineFault: .*${name}.* has a . in its name.* Move the project`),
    );
  }
});
