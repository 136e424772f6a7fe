/** `npm run soak`: the same load for a long time, and what has grown meanwhile. */
import { readdirSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import { flag, numeric, readCommandLine } from '../../infra/commandLine.ts';
import { endRequest } from '../../infra/endRequest.ts';
import { runMain } from '../../infra/runMain.ts';
import { describe } from '../../scripts/audit/describe.ts';
import { type Growth, growthOf, type Sample } from './growth.ts';
import { isClean, run } from './run.ts';
import { openStage, type Stage } from './stage.ts';

const above = (fallback: number) => numeric(z.number('is a number above 0').positive('is above 0').default(fallback));

const commandLine = {
  name: 'npm run soak --',
  about: `Starts engines of its own and a system, sends orders at a steady rate, and looks from time to time at the
system's memory, handles and threads, and at what lies in the engines. Ends with 1 where any of it grows from the middle
third of the time to the last, or the audit is not clean. Redis knows a finished
order for six minutes only: a time of less than twenty is too short to tell anything of its keys.`,
  flags: {
    minutes: flag('<n>', 'of the load; 60 unless given', above(60)),
    rate: flag('<per s>', 'orders per second; 20 unless given', above(20)),
  },
};

/** Hours; an e-mail that waits for longer is given up, since nobody knows its order any more. */
const keepFinished = '0.1';
const samples = 60;
const endMilliseconds = 60_000;

/** What grows with every order as long as Kafka and Elasticsearch keep all of it is not looked at: records, documents. */
async function sample({ trial, host }: Stage): Promise<Sample | undefined> {
  // One that has ended is started again, and is told as a fault.
  if (host.pid === undefined) return undefined;
  const redis = connectRedis(trial.settings);
  const elasticsearch = connectElasticsearch(trial.settings);
  try {
    const kafka = await trial.withAdmin(async (admin) => ({
      topics: (await admin.listTopics()).length,
      groups: (await admin.listGroups()).groups.length,
    }));
    const keys = await redis.dbsize();
    const indices = Object.keys(await elasticsearch.indices.get({ index: '*' })).length;
    return {
      megabytes: host.memory,
      handles: readdirSync(`/proc/${host.pid}/fd`).length,
      threads: readdirSync(`/proc/${host.pid}/task`).length,
      keys,
      ...kafka,
      indices,
    };
  } finally {
    redis.disconnect();
    await elasticsearch.close();
  }
}

const line = ({ name, middle, last, most, grows }: Growth): string =>
  `  ${name.padEnd(10)} ${middle.toFixed(0).padStart(8)} ${last.toFixed(0).padStart(8)} ${most.toFixed(0).padStart(8)}${grows ? '  GROWS' : ''}`;

runMain(async () => {
  const { minutes, rate } = readCommandLine(commandLine);
  const signal = endRequest(endMilliseconds);
  const stage = await openStage({ settings: { DESPACHO_KEEP_FINISHED: keepFinished } });
  const taken: Sample[] = [];
  const look = async () => {
    while (!signal.aborted && taken.length < samples) {
      await pause((minutes * 60_000) / samples, undefined, { signal });
      const one = await sample(stage);
      if (one) taken.push(one);
    }
  };
  try {
    const load = { plan: [], faults: [], seconds: minutes * 60, rate, seed: 1, signal, tell: console.log };
    const [outcome] = await Promise.all([run(stage, load), look()]);
    const growths = growthOf(taken);
    console.log(['              middle     last     most', ...growths.map(line), describe(outcome.verdict)].join('\n'));
    console.log(outcome.faults.join('\n'));
    return isClean(outcome) && !growths.some(({ grows }) => grows) ? 0 : 1;
  } finally {
    await stage.close();
  }
});
