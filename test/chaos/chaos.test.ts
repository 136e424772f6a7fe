/** Whatever breaks under load, alone or together: no order is lost, doubled or led astray, and nothing is left behind. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { up } from '../../infra/engines/up.ts';
import { faults } from './faults.ts';
import { happeningSchema } from './plan.ts';
import { run } from './run.ts';
import { openStage, type Stage } from './stage.ts';

/** ms: engines are started, killed and started again, which on a busy machine takes minutes. What gets stuck the run itself tells. */
const timeout = 400_000;

let stage: Stage;
before(async () => {
  for (const { tells } of await up(['elasticsearch'])) Object.assign(process.env, tells);
  stage = await openStage({ shared: true });
});
after(() => stage?.close());

const plan = [
  'kafka-halve@2+3',
  'redis-kill@6+2',
  'inbox-freeze@6+5',
  'worker-kill@12+1',
  'elasticsearch-hold@12+6',
  'kafka-kill@13+1',
  'redis-full@19+3',
  'clock-forward@19+3',
  'inbox-reset@19+3',
  'redis-reset@23+4',
  'system-kill@24+1',
  'system-freeze@29+6',
];

test('orders come through twelve faults, some of them together, as if nothing had been', {
  timeout,
}, async (context) => {
  const outcome = await run(stage, {
    faults,
    plan: plan.map((one) => happeningSchema.parse(one)),
    seconds: 36,
    rate: 10,
    seed: 1,
    tell: (line) => context.diagnostic(line),
  });
  assert.deepEqual(outcome.verdict.offences, []);
  assert.deepEqual(outcome.faults, []);
  assert.ok(outcome.verdict.finished > 0);
});

/** Whoever was started for a run has its folder or its namespace in the environment. */
const left = (words: readonly string[]): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      const environment = /^\d+$/.test(pid) ? readFileSync(`/proc/${pid}/environ`, 'utf8') : '';
      return words.some((word) => environment.includes(word));
    } catch {
      return false;
    }
  });

async function firstLine(child: ChildProcess): Promise<string> {
  assert.ok(child.stdout);
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return String(line);
}

test('a run that is killed leaves nothing, what it has frozen neither', { timeout }, async () => {
  const script = `
    import { openStage } from ${JSON.stringify(new URL('./stage.ts', import.meta.url).href)};
    const stage = await openStage({ shared: true });
    await stage.engines.kafka.freeze();
    stage.host.signal('SIGSTOP');
    console.log(stage.home + ' ' + stage.trial.settings.namespace);`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [home = '', namespace = ''] = (await firstLine(child)).split(' ');
  assert.ok(left([home, namespace]).length >= 4);
  child.kill('SIGKILL');
  while (left([home, namespace]).length > 0 || existsSync(home)) await pause(50);
});
