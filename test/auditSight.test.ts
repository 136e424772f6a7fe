/** What the audit is told of besides the engines, and what it says where it cannot look. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { splitLogin } from '../functions/login.ts';
import { composeLetter } from '../functions/notifications/letter.ts';
import { root } from './system/service.ts';
import { openTrial, type Trial } from './system/trial.ts';
import { openWorld, type World } from './system/world.ts';

let trial: Trial;
let world: World;
const orderId = randomUUID();

before(async () => {
  trial = await openTrial();
  world = await openWorld(trial.settings);
  await world.place(world.order(orderId, trial.run));
});
after(async () => {
  await world.close();
  await trial.close();
});

type Ended = Readonly<{ code: number; stdout: string; stderr: string }>;

const audit = (environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { ...process.env, ...trial.environment, ...environment };
    execFile(process.execPath, ['scripts/audit/main.ts', ...args], { cwd: root, env }, (error, stdout, stderr) =>
      resolve({ code: Number(error?.code ?? 0), stdout, stderr }),
    );
  });

test('an order that its caller was told to be stored, and that is not, is convicted, and no other', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'despacho-audit-'));
  context.after(() => rm(folder, { recursive: true }));
  const file = join(folder, 'orders.csv');
  const lost = randomUUID();
  const rows = [`${orderId},0,0,1,OK`, `${lost},0,0,1,OK`, `${randomUUID()},0,0,1,UNAVAILABLE`];
  await writeFile(file, `id,intended,sent,answered,code\n${rows.join('\n')}\n`);
  const told = await audit({}, '--run', 'nobody', '--acknowledged', file);
  assert.match(told.stdout, new RegExp(`1 offences:\n {2}acknowledged, not stored: order ${lost}`));
  assert.equal(told.code, 1);
});

test('a file that names no orders is refused by its name', async () => {
  const { code, stderr } = await audit({}, '--acknowledged', 'package.json');
  assert.match(stderr, /--acknowledged package\.json: .*npm run load -- --csv-out/s);
  assert.equal(code, 2);
});

test('without Elasticsearch the rest is judged, and what was not looked at is told', async () => {
  const { code, stdout } = await audit({ ELASTICSEARCH_URL: 'http://127.0.0.1:9' }, '--run', trial.run);
  assert.match(stdout, /Not looked at: the metric documents: no Elasticsearch answers/);
  assert.match(stdout, /Clean, as far as could be seen/);
  assert.equal(code, 0);
});

test('without an inbox the rest is judged, and what was not looked at is told', async () => {
  const { code, stdout } = await audit({ INBOX_URL: 'http://127.0.0.1:9' }, '--run', trial.run);
  assert.match(stdout, /Not looked at: the e-mails: no inbox answers at INBOX_URL/);
  assert.match(stdout, /Clean, as far as could be seen/);
  assert.equal(code, 0);
});

test("a load run's name may have any letters: its e-mails are found by it", async () => {
  const run = `prueba ñandú 日本 ${randomUUID()}`;
  const order = world.order(randomUUID(), run);
  const step = { version: 1, command: 'process', from: null, to: 'processing', at: order.placedAt } as const;
  await world.post.send(composeLetter({ order, history: [step] }, step));
  const base = splitLogin(trial.settings.inboxUrl).base;
  const found = await fetch(new URL(`/messages?run=${encodeURIComponent(run)}`, base));
  assert.deepEqual(
    ((await found.json()) as { order: string }[]).map((one) => one.order),
    [order.orderId],
  );
});

test('an order that nothing has begun yet is told as on its way', async () => {
  const { code, stdout } = await audit({}, '--run', trial.run);
  assert.match(stdout, /Still on their way: 1 orders since \d{4}-/);
  assert.equal(code, 0);
});
