/** `npm run chaos`: the real engines and the system are broken under load, by a plan that can be repeated. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { flag, numeric, readCommandLine, toggle } from '../../infra/commandLine.ts';
import { endRequest } from '../../infra/endRequest.ts';
import { usualHome } from '../../infra/engines/site.ts';
import { Mistake } from '../../infra/faults.ts';
import { runMain } from '../../infra/runMain.ts';
import { describe } from '../../scripts/audit/describe.ts';
import { openClusterStage } from './clusterStage.ts';
import { faults } from './faults.ts';
import type { Fault, Ground } from './ground.ts';
import { kills } from './kills.ts';
import { drawKills, drawPlan, type Happening, happeningSchema, writeHappening } from './plan.ts';
import { isClean, type Options, type Outcome, run } from './run.ts';
import { openStage } from './stage.ts';
import { tracesOf } from './traces.ts';

const above = (what: string) => numeric(z.number(`is ${what}`).positive('is above 0').optional());

const commandLine = {
  name: 'npm run chaos --',
  about: `Starts engines of its own and a system, sends orders, and breaks one thing after another,
some two at once; then lets all come to rest and audits it. Ends with 1 where the audit is not clean, or anything was given up.`,
  flags: {
    cluster: toggle(
      'engines of several nodes, and two processes of each part: every 10 s one of them is killed (SIGKILL), and started again',
    ),
    seed: flag(
      '<n>',
      'of the faults and the orders; drawn unless given',
      numeric(z.number().int('is a whole number').optional()),
    ),
    minutes: flag('<n>', 'of the load; 2 unless given', above('a number of minutes')),
    rate: flag('<per s>', 'orders per second; 20 unless given', above('orders per second')),
    fault: flag(
      '<name@s...>',
      'these faults instead of drawn ones, each from a second on, like kafka-kill@10, for its longest, or 5 s: kafka-kill@10+5',
      z.array(happeningSchema).optional(),
    ),
  },
  more: `Faults: ${faults.map(({ name }) => name).join(', ')}
With --cluster: ${kills.map(({ name }) => name).join(', ')}

A clock is set for the system's process alone; an engine's disk is filled where this user may mount one for it.`,
};

/** Milliseconds for engines that are killed and a system that is not asked. */
const endMilliseconds = 60_000;
const seconds = (milliseconds: number): string => `${(milliseconds / 1000).toFixed(1)} s`;
const mostStories = 5;

function report({ verdict, figures, documentStall, spans, answers, faults: wrong, mostMemory }: Outcome): string {
  const rows = spans.map(({ name, from, to }, index) => {
    const recovered = figures.recovered[index] ?? 0;
    return `  ${name.padEnd(22)} ${seconds(to - from).padStart(7)}, recovered from in ${seconds(recovered)}`;
  });
  const during = spans.filter(
    ({ from, to }) => figures.stall.from <= to && from <= figures.stall.from + figures.stall.milliseconds,
  );
  return [
    `${spans.length} faults:`,
    ...rows,
    `Answers: ${[...answers].map(([code, count]) => `${count} ${code}`).join(', ')}`,
    `Longest stall: ${seconds(figures.stall.milliseconds)}${during.length > 0 ? `, at ${during.map(({ name }) => name).join(', ')}` : ''}; half of the steps came within ${figures.median} ms of their moment`,
    `Documents waited for Elasticsearch for ${seconds(documentStall)} at most`,
    `Redelivered: ${verdict.repeatedEvents} events, ${verdict.repeatedLetters} e-mails. The system's largest process: ${mostMemory} MB at most`,
    describe(verdict),
    ...wrong,
  ].join('\n');
}

type Asked = Omit<Options<Ground>, 'faults' | 'tell'>;

/** @param again what to enter for the same run @returns whether it was clean */
async function perform<Of extends Ground>(
  { open, faults }: Readonly<{ open(): Promise<Of>; faults: readonly Fault<Of>[] }>,
  asked: Asked,
  again: string,
): Promise<boolean> {
  const since = performance.now();
  const tell = (line: string) => console.log(`${seconds(performance.now() - since).padStart(8)}  ${line}`);
  const ground = await open();
  tell('engines and system are up');
  try {
    const outcome = await run(ground, { ...asked, faults, tell });
    console.log(report(outcome));
    const clean = isClean(outcome);
    const folder = join(usualHome, 'logs');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `chaos-${asked.seed}.log`);
    const atFault = [...new Set(outcome.verdict.offences.map(({ orderId }) => orderId))].slice(0, mostStories);
    const said = ground.hosts.map((host) => host.said).join('\n\n');
    writeFileSync(file, await tracesOf(ground.trial.settings, atFault, said), { mode: 0o600 });
    console.log(
      `${clean ? 'Clean' : 'NOT CLEAN'}. The system's log, and the stories of orders at fault: ${file}\n${again}`,
    );
    return clean;
  } finally {
    await ground.close();
  }
}

/** @throws Mistake where a fault is of the other kind */
function checkFaults(plan: readonly Happening[], all: readonly Readonly<{ name: string }>[]): void {
  const stranger = plan.find(({ name }) => !all.some((fault) => fault.name === name));
  if (!stranger) return;
  const names = all.map(({ name }) => name).join(', ');
  throw new Mistake('flag', `--fault ${stranger.name} is none of these engines'; faults: ${names}`);
}

runMain(async () => {
  const { seed = Math.floor(Math.random() * 1e6), fault, cluster, ...given } = readCommandLine(commandLine);
  const { minutes = fault ? (Math.max(...fault.map(({ at, seconds: lasts }) => at + lasts)) + 5) / 60 : 2, rate = 20 } =
    given;
  const plan = fault ?? (cluster ? drawKills : drawPlan)(seed, minutes * 60 - 5);
  checkFaults(plan, cluster ? kills : faults);
  const written = plan.map(writeHappening).join(' ');
  const chosen = `${fault ? `--fault ${written} ` : ''}${fault && !given.minutes ? '' : `--minutes ${minutes}`}`.trim();
  const again = `Again: npm run chaos -- ${cluster ? '--cluster ' : ''}--seed ${seed} --rate ${rate} ${chosen}`;
  console.log(`Plan: ${written}\n${again}`);
  const asked = { plan, seconds: minutes * 60, rate, seed, signal: endRequest(endMilliseconds) };
  const clean = cluster
    ? await perform({ open: openClusterStage, faults: kills }, asked, again)
    : await perform({ open: openStage, faults }, asked, again);
  return clean ? 0 : 1;
});
