import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { ownFolder } from '../ownFolder.fixture.ts';
import { LabRuns, Loads } from './jobs.ts';

/** A program that answers `start` with the news, and ends when it is stopped. */
const program = (...news: object[]): string => {
  const obey = `import { obey } from '${join(import.meta.dirname, '../processes/obey.ts')}';`;
  const tell = `if (kind === 'stop') return process.disconnect(); ${JSON.stringify(news)}.forEach(tell)`;
  return join(ownFolder({ 'program.mjs': `${obey} obey(async ({ kind }, tell) => { ${tell}; });` }), 'program.mjs');
};

const load = { distribution: 'media', rate: 1, duration: 9, clock: 1, seed: 1 };
const planned = { kind: 'planned', run: 'r1', planned: 9, seconds: 9 };

test('a load is shown as it is told, and another is refused until it is over', async () => {
  const loads = new Loads('The load', program(planned));
  assert.equal((await loads.start(load))?.run, 'r1');
  await assert.rejects(loads.start(load), /is under way already/);
  const stopped = loads.stop();
  assert.equal(loads.shown?.state, 'stopping');
  await stopped;
  assert.match(`${loads.shown?.state}: ${loads.shown?.about}`, /failed: .* ended early/);
  await loads.start(load);
  await loads.stop();
});

test("a load that its program refuses is the person's mistake, in the program's words", async () => {
  const loads = new Loads('The load', program({ kind: 'failed', message: 'no such distribution' }));
  await assert.rejects(loads.start(load), { name: 'Mistake', message: 'no such distribution' });
  await loads.stop();
  assert.equal(loads.shown?.state, 'failed');
});

test('a run of the lab ends as exact as it was, with its last line', async () => {
  const runs = new LabRuns('The run', program({ kind: 'line', text: ' 9 of 9 ' }, { kind: 'ended', exact: true }));
  runs.start({ message: 'counter', target: 'show', count: 9 });
  await runs.stop();
  assert.deepEqual([runs.shown?.state, runs.shown?.line], ['ended', '9 of 9']);
});

async function isOver(runs: LabRuns): Promise<void> {
  while (runs.shown?.state === 'running') await setImmediate();
}

const saving = { message: 'counter', target: 'postgres', count: 9 } as const;
const ended = { kind: 'ended', exact: true };
/** Ends at once when it is told to start, and when it is told to stop. */
const brief = () => {
  const obey = `import { obey } from '${join(import.meta.dirname, '../processes/obey.ts')}';`;
  const tell = `tell({ kind: 'line', text: environment?.WHERE ?? kind }); tell(${JSON.stringify(ended)})`;
  const order = `obey(async ({ kind, environment }, tell) => { ${tell}; process.disconnect(); });`;
  return join(ownFolder({ 'program.mjs': `${obey} ${order}` }), 'program.mjs');
};

test('a run whose store another process starts is told where it is, and meanwhile how that goes', async () => {
  const { promise: up, resolve: come } = Promise.withResolvers<void>();
  const runs = new LabRuns('The run', brief(), async (name, say) => {
    say(`starting ${name}`);
    await up;
    return { WHERE: 'there' };
  });
  runs.start(saving);
  assert.deepEqual([runs.shown?.state, runs.shown?.line], ['running', 'starting postgres']);
  come();
  await isOver(runs);
  assert.deepEqual([runs.shown?.state, runs.shown?.line], ['ended', 'there']);
});

test('a run whose store does not come up fails with the reason, and one that was stopped before that is over', async () => {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const starts = [() => late, () => Promise.reject(new Error('no Java'))];
  const runs = new LabRuns('The run', brief(), () => starts.shift()?.() ?? assert.fail());
  runs.start(saving);
  await runs.stop();
  assert.deepEqual([runs.shown?.state, runs.shown?.line], ['ended', 'stop']);
  runs.start(saving);
  await isOver(runs);
  assert.deepEqual([runs.shown?.state, runs.shown?.line], ['failed', 'no Java']);
  reject(new Error('late'));
  await late.catch(() => undefined);
  assert.equal(runs.shown?.line, 'no Java');
  await runs.stop();
});
