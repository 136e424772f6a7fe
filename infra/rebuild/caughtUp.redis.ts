import type { Redis } from 'ioredis';
import { orderKeys, runInLua } from '../../functions/orders/keys.redis.ts';
import type { Settings } from '../../functions/settings.ts';

/**
 * `run`: the server's name for its own run. `lately`: it was whole once, so that what it has forgotten is what it was told last;
 * else it was emptied, or somebody else is bringing it up to the log.
 */
type Begun = Readonly<{ run: string; lately: boolean }>;

/**
 * Whether the Redis that answers is the one that was last brought up to the log. One that was started anew, took over from
 * another, or was emptied is not, and may have forgotten something.
 */
export type CaughtUp = Readonly<{
  is(): Promise<boolean>;
  /** Notes that it is being brought up to the log from now on. */
  begin(): Promise<Begun>;
  /** Notes that it was. @returns false, and notes nothing, where it was started anew or emptied since `begin` */
  set(run: string): Promise<boolean>;
}>;

const isScript = `return redis.call('GET', KEYS[1]) == ${runInLua}`;

/** Several may begin: it is the first to be done who notes it, and none takes it back. */
const beginScript = `
local run = ${runInLua}
if not run then return redis.error_reply('this Redis does not tell its run_id') end
local noted = redis.call('GET', KEYS[1])
if noted ~= run then redis.call('SET', KEYS[1], run .. ' under way') end
return { run, noted and not string.find(noted, ' under way', 1, true) and 1 or 0 }`;

const setScript = `
local noted = redis.call('GET', KEYS[1])
if ARGV[1] ~= ${runInLua} or (noted ~= ARGV[1] and noted ~= ARGV[1] .. ' under way') then return 0 end
redis.call('SET', KEYS[1], ARGV[1])
return 1`;

declare module 'ioredis' {
  interface Redis {
    isCaughtUp(key: string): Promise<1 | null>;
    beginCatchingUp(key: string): Promise<[run: string, lately: 0 | 1]>;
    setCaughtUp(key: string, run: string): Promise<0 | 1>;
  }
}

/** It says so itself: what it has forgotten is forgotten with it. */
export function redisCaughtUp(redis: Redis, { namespace }: Pick<Settings, 'namespace'>): CaughtUp {
  const scripts = { isCaughtUp: isScript, beginCatchingUp: beginScript, setCaughtUp: setScript };
  for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(name, { lua, numberOfKeys: 1 });
  const { caughtUp: key } = orderKeys(namespace);
  return {
    is: async () => (await redis.isCaughtUp(key)) === 1,
    async begin() {
      const [run, lately] = await redis.beginCatchingUp(key);
      return { run, lately: lately === 1 };
    },
    set: async (run) => (await redis.setCaughtUp(key, run)) === 1,
  };
}
