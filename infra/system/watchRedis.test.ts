import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, systemClock } from '../clock.ts';
import { watchRedis } from './watchRedis.ts';

/** Whatever is to come comes at once. */
const clock: Clock = {
  ...systemClock,
  after(_, call) {
    const soon = setImmediate(call);
    return { cancel: () => clearImmediate(soon) };
  },
};

/** A system of two parts on a Redis that has just been emptied. @param starts the dispatcher */
function stage(catchUp: () => Promise<string>, starts = async () => 'works') {
  const told: string[] = [];
  const say = (line: string) => void told.push(line);
  const redis = { isCaughtUp: false };
  const { promise: up, resolve } = Promise.withResolvers<void>();
  const part = (name: string) => ({
    name,
    down: async () => 'drained',
    async up() {
      if (name === 'dispatcher') return starts();
      resolve();
      return 'works';
    },
  });
  const watch = watchRedis({
    ...{ clock, catchUp, acting: [part('dispatcher'), part('timers')] },
    caughtUp: { is: async () => redis.isCaughtUp },
    log: { info: say, warn: say, error: say },
  });
  return { redis, told, up, watch };
}

test('what acts on Redis rests first, in turn, and comes up again when Redis holds what the log tells', async () => {
  let tries = 0;
  const { redis, told, up, watch } = stage(async () => {
    if (++tries < 3) throw new Error('no Kafka');
    redis.isCaughtUp = true;
    return 'restored';
  });
  await up;
  await watch.stop();
  assert.deepEqual(told.slice(1), [
    'timers down: drained',
    'dispatcher down: drained',
    'orders did not come up, and is tried again: Error: no Kafka',
    'orders up: restored',
    'dispatcher up: works',
    'timers up: works',
  ]);
});

test('a system that ends while a part cannot come up ends all the same', { timeout: 10_000 }, async () => {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const starts = () => {
    resolve();
    return new Promise<string>(() => undefined);
  };
  const { told, watch } = stage(async () => 'restored', starts);
  await begun;
  await watch.stop();
  assert.equal(told.at(-1), 'orders up: restored');
});

test('a system that ends meanwhile ends, and brings nothing up any more', async () => {
  const { promise: begun, resolve } = Promise.withResolvers<void>();
  const { told, watch } = stage(() => {
    resolve();
    return new Promise(() => undefined);
  });
  await begun;
  await watch.stop();
  assert.equal(told.at(-1), 'dispatcher down: drained');
});

test('a Redis that does not answer is waited for by those who need it', async () => {
  const told: string[] = [];
  const say = (line: string) => void told.push(line);
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const watch = watchRedis({
    ...{ clock, acting: [], catchUp: async () => '', log: { info: say, warn: say, error: say } },
    caughtUp: {
      async is() {
        resolve();
        throw new Error('connect ECONNREFUSED');
      },
    },
  });
  await asked;
  await watch.stop();
  assert.deepEqual(told, []);
});
