/** How long a start waits for an engine that is not ready yet. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Engine } from './engine.ts';
import { freePort } from './freePort.ts';
import { siteOf } from './site.ts';
import { bringDown, bringUp } from './supervisor.ts';

/** Seconds; what it loads takes longer. */
const patience = 2;
const listen = `require('net').createServer().listen(Number(process.argv[1]), '127.0.0.1')`;

const loads = {
  'tells of it': `const told = setInterval(() => console.log('loading'), 200); setTimeout(() => { clearInterval(told); ${listen}; }, 4000)`,
  computes: `const end = Date.now() + 4000; while (Date.now() < end); ${listen}`,
  'does nothing': 'setInterval(() => {}, 1e6)',
} as const;

async function start(context: TestContext, load: keyof typeof loads) {
  const home = await realpath(await mkdtemp(join(tmpdir(), 'despacho-')));
  const port = await freePort();
  const engine: Engine = {
    name: 'slow',
    title: 'The slow engine',
    external: 'SLOW_URL',
    ports: [{ variable: 'SLOW_PORT', usual: port }],
    address: (at) => `127.0.0.1:${at}`,
    install: async () => undefined,
    launch: () => ({ command: [process.execPath, '-e', loads[load], `${port}`] }),
    async ready() {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect').finally(() => socket.destroy());
    },
    patience: { start: patience, stop: 5 },
  };
  const site = siteOf(engine, home, {}, () => undefined);
  context.after(async () => {
    await bringDown(engine, site);
    await rm(home, { recursive: true, force: true });
  });
  return bringUp(engine, site, undefined);
}

for (const load of ['tells of it', 'computes'] as const) {
  test(`an engine that loads for longer than the patience and ${load} is waited for`, async (context) => {
    assert.equal(await start(context, load), 'started');
  });
}

test('one that is at rest and not ready is ended, and its start fails', async (context) => {
  await assert.rejects(start(context, 'does nothing'), /The slow engine is not ready, and was at rest for 2 s or /);
});
