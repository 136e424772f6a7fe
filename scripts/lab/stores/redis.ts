import type { Redis } from 'ioredis';
import type { LabSettings } from '../../../functions/messages/settings.ts';
import { redisKeys } from '../../../functions/messages/store.redis.ts';
import { connectRedis } from '../../../functions/runtime/connection.redis.ts';
import { sleep, systemClock } from '../../../infra/clock.ts';
import { Mistake } from '../../../infra/faults.ts';
import type { Inspection, Promised, Row } from './inspection.ts';

const page = 10_000;

const sentences: Readonly<Record<string, Promised>> = {
  always: {
    es: 'cada lote está en el disco antes de confirmarse (AOF, fsync siempre): sobrevive a un corte de luz',
    en: 'each batch is on disk before it is acknowledged (AOF, fsync always): it survives a power cut',
  },
  everysec: {
    es: 'el AOF va al disco cada segundo: un corte de luz pierde hasta unos 2 s',
    en: 'the AOF goes to disk every second: a power cut loses up to some 2 s',
  },
  no: {
    es: 'el AOF va al disco cuando el sistema quiere: un corte de luz pierde hasta unos 30 s',
    en: 'the AOF goes to disk when the system likes: a power cut loses up to some 30 s',
  },
};
const memoryOnly: Promised = {
  es: 'sin AOF: una caída pierde todo lo que no estaba en la última foto',
  en: 'no AOF: a crash loses whatever the last snapshot did not hold',
};

const untold = {
  es: 'este Redis no dice cómo guarda lo que recibe',
  en: 'this Redis does not tell how it keeps what it gets',
};
const noConfig =
  'This Redis has no CONFIG command, as managed ones: how it keeps what it gets cannot be set. ' +
  'Run with --durability lazy, or name a Redis of your own by REDIS_URL';

/** Durability is the whole server's: the lab sets it for the time of a run, and puts back what was there. */
export function inspectRedis(settings: LabSettings): Inspection {
  const redis = connectRedis(settings);
  const keys = redisKeys(settings.namespace);
  const kept = `${settings.namespace}texto:appendfsync`;
  let before: string | undefined;
  /** Undefined where the server, as a managed one, does not tell. */
  const config = async (name: string): Promise<string | undefined> =>
    ((await redis.config('GET', name).catch(ignoreUnknown)) as string[] | undefined)?.[1];
  return {
    async renew() {
      await redis.unlink(...keys);
      await rewriteLog(redis);
      // A run that was killed has left its own setting, and what was there in this key.
      before ??= (await redis.get(kept)) ?? (await config('appendfsync'));
      if (before === undefined && settings.durability === 'disk') throw new Mistake('setting', noConfig);
      if (before === undefined) return;
      await redis.set(kept, before);
      await redis.config('SET', 'appendfsync', settings.durability === 'disk' ? 'always' : 'everysec');
    },
    rows: () => rowsOf(redis, keys),
    async promised() {
      const [log, sync] = [await config('appendonly'), await config('appendfsync')];
      if (log === undefined || sync === undefined) return untold;
      return log === 'yes' ? (sentences[sync] ?? memoryOnly) : memoryOnly;
    },
    bytes: () => figureOf(redis, 'aof_current_size'),
    async close() {
      if (before !== undefined) {
        await redis.config('SET', 'appendfsync', before);
        await redis.del(kept);
      }
      await redis.quit();
    },
  };
}

const figureOf = async (redis: Redis, name: string): Promise<number> =>
  Number(new RegExp(`${name}:(\\d+)`).exec(await redis.info('persistence'))?.[1] ?? 0);

/** The log holds what was deleted, too, until it is rewritten: in mid-run that would make its growth a loss. */
async function rewriteLog(redis: Redis): Promise<void> {
  if (!(await figureOf(redis, 'aof_enabled'))) return;
  await redis.bgrewriteaof().catch(ignoreUnderWay);
  while ((await figureOf(redis, 'aof_rewrite_in_progress')) + (await figureOf(redis, 'aof_rewrite_scheduled')) > 0)
    await sleep(systemClock, 20);
}

/** A command that the server does not know, or does not allow. */
function ignoreUnknown(error: Error): undefined {
  if (!/unknown command|NOPERM/i.test(error.message)) throw error;
}

function ignoreUnderWay(error: Error): void {
  if (!error.message.includes('in progress')) throw error;
}

async function* rowsOf(
  redis: Redis,
  [ids, texts, dates]: readonly [string, string, string, string],
): AsyncGenerator<Row[]> {
  const lengths = await Promise.all([ids, texts, dates].map((key) => redis.llen(key)));
  if (new Set(lengths).size > 1)
    throw new Error(`Redis' lists id, texto and fecha differ in length: ${lengths.join(', ')}`);
  for (let from = 0; ; from += page) {
    const parts = await Promise.all([ids, texts, dates].map((key) => redis.lrange(key, from, from + page - 1)));
    const [id = [], text = [], date = []] = parts;
    if (id.length === 0) return;
    yield id.map((one, index) => ({ id: one, text: text[index] ?? '', at: Date.parse(date[index] ?? '') }));
  }
}
