import { chunks } from '../runtime/chunks.ts';
import { connectRedis } from '../runtime/connection.redis.ts';
import { type Message, messageId } from './message.ts';
import type { Store } from './ports.ts';
import type { LabSettings } from './settings.ts';
import { sumOf } from './sumOf.ts';

/** Messages of one script call; Lua unpacks only a few thousand values at a time. */
const chunkMessages = 1000;

/** The contract's three lists, and beside them the last offset of each partition that they hold, and its latest time (`:at`). */
export const redisKeys = (namespace: string) =>
  [`${namespace}id`, `${namespace}texto`, `${namespace}fecha`, `${namespace}texto:offsets`] as const;

/**
 * Lists cannot tell what they hold, so the last offset of the partition is kept beside them, in the same atomic step.
 * A partition's messages come in order, so whatever is not above it has been appended before; but what is later than
 * all of them is of a topic that was made anew.
 * ARGV: the partition; the offset and time that must have been appended before (a call that failed while the next one did
 * not would otherwise never be repeated); then offset, time, id, text and date of each message.
 */
const appendScript = `
local last = tonumber(redis.call('HGET', KEYS[4], ARGV[1]) or -1)
local latest = tonumber(redis.call('HGET', KEYS[4], ARGV[1] .. ':at') or -1)
if last < tonumber(ARGV[2]) or latest < tonumber(ARGV[3]) then return redis.error_reply('the messages before these are missing') end
local ids, texts, dates = {}, {}, {}
for i = 4, #ARGV, 5 do
  local offset, at = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  if offset > last or at > latest then
    local n = #ids + 1
    ids[n], texts[n], dates[n], last = ARGV[i + 2], ARGV[i + 3], ARGV[i + 4], offset
    if at > latest then latest = at end
  end
end
if #ids > 0 then
  redis.call('RPUSH', KEYS[1], unpack(ids))
  redis.call('RPUSH', KEYS[2], unpack(texts))
  redis.call('RPUSH', KEYS[3], unpack(dates))
  redis.call('HSET', KEYS[4], ARGV[1], string.format('%.0f', last), ARGV[1] .. ':at', string.format('%.0f', latest))
end
return #ids`;

declare module 'ioredis' {
  interface Redis {
    appendMessages(...keysAndRest: string[]): Promise<number>;
  }
}

/** Elements of the lists `id`, `texto` and `fecha` (ISO 8601), the same place in each for one message. */
export function redisStore(settings: LabSettings): Store {
  const redis = connectRedis(settings);
  redis.defineCommand('appendMessages', { lua: appendScript, numberOfKeys: 4 });
  const keys = redisKeys(settings.namespace);

  const append = (place: string, messages: readonly Message[], before: Message | undefined): Promise<number> => {
    const values = messages.flatMap((message) => [
      String(message.offset),
      String(message.producedAt),
      messageId(message),
      message.text,
      new Date(message.at).toISOString(),
    ]);
    const known = [before?.offset ?? -1, before?.producedAt ?? -1].map(String);
    return redis.appendMessages(...keys, place, ...known, ...values);
  };
  return {
    save(messages) {
      const places = Map.groupBy(messages, ({ topic, partition }) => `${topic}-${partition}`);
      // One connection runs the calls in the order in which they are given.
      const calls = [...places].flatMap(([place, group]) => {
        const parts = chunks(group, chunkMessages);
        return parts.map((part, index) => append(place, part, parts[index - 1]?.at(-1)));
      });
      return sumOf(calls);
    },
    async close() {
      await redis.quit();
    },
  };
}
