/** Whether Redis holds what the log tells, as it says itself. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { orderKeys } from '../../functions/orders/keys.redis.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import { readSettings } from '../../functions/settings.ts';
import { catchUp } from '../system/catchUp.ts';
import { removeNamespace } from '../system/namespace.ts';
import { createTopics } from '../system/topics.ts';
import { withKept } from './kept.ts';

const settings = { ...readSettings(), namespace: `caught-${randomUUID().slice(0, 6)}.` };
const redis = connectRedis(settings);

before(() => createTopics(settings));
after(() => removeNamespace(settings).finally(() => redis.disconnect()));

test('one that forgets again while it is brought up to the log is brought up to it once more', () =>
  withKept(settings, async (kept) => {
    let begun = 0;
    const begin = async (): Promise<string> => {
      const run = await kept.caughtUp.begin();
      if (++begun === 1) await redis.del(orderKeys(settings.namespace).caughtUp);
      return run;
    };
    await catchUp(settings, { ...kept, caughtUp: { ...kept.caughtUp, begin } }, () => undefined);
    assert.deepEqual([begun, await kept.caughtUp.is()], [2, true]);
  }));
