import { type Answer, type Ask, answerKey, askSchema, asksChannel } from '../../functions/console/asks.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import type { Settings } from '../../functions/settings.ts';
import { Mistake } from '../faults.ts';

/** An answer that nobody fetched is forgotten after these seconds. */
const keepSeconds = 60;

/** Listens to what the functions ask, and answers. An ask that nobody hears is known at once: it has no subscriber. */
export async function answerRequests(
  settings: Settings,
  answer: (ask: Ask) => Promise<unknown>,
): Promise<{ close(): Promise<void> }> {
  const hearing = connectRedis(settings);
  const speaking = connectRedis(settings);
  const decide = async (text: string): Promise<Answer> => {
    const { id: _, ...asked } = JSON.parse(text);
    const read = askSchema.safeParse(asked);
    if (!read.success) return { refused: `Nobody can do that: ${read.error.issues[0]?.message}` };
    return answer(read.data).then(
      (done) => ({ done: done ?? null }),
      (error) => ({ refused: error instanceof Mistake ? error.message : `It failed: ${error}` }),
    );
  };
  hearing.on('message', async (_channel, text) => {
    try {
      const { id }: { id: string } = JSON.parse(text);
      const key = answerKey(settings.namespace, id);
      const decided = JSON.stringify(await decide(text));
      await Promise.all([speaking.rpush(key, decided), speaking.expire(key, keepSeconds)]);
    } catch {
      // Redis went away, or the text was no JSON: whoever asked gives up by himself.
    }
  });
  await hearing.subscribe(asksChannel(settings.namespace));
  return { close: async () => void (await Promise.allSettled([hearing.quit(), speaking.quit()])) };
}
