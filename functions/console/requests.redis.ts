import type { Redis } from 'ioredis';
import { systemClock } from '../../infra/clock.ts';
import { connectRedis } from '../runtime/connection.redis.ts';
import type { Settings } from '../settings.ts';
import { type Answer, type Ask, answerKey, asksChannel, type Done } from './asks.ts';

/** What was asked cannot be done; `status` is HTTP's. */
export class Refused extends Error {
  override name = 'Refused';
  readonly status: number;
  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** API Gateway would give up at 29. */
const patienceSeconds = 28;

/**
 * Asks the console's part of the system, and waits for its answer.
 * @throws Refused with the reason
 */
export async function ask<K extends Ask['kind']>(
  redis: Redis,
  settings: Settings,
  asked: Extract<Ask, { kind: K }>,
): Promise<Done[K]> {
  const id = systemClock.uuid();
  const heard = await redis.publish(asksChannel(settings.namespace), JSON.stringify({ ...asked, id }));
  if (heard === 0) throw new Refused(503, 'The system is not running: start it with npm start.');
  // A connection of its own: one that waits for an answer can do nothing else.
  const waiting = connectRedis(settings, 'waits');
  try {
    const found = await waiting.blpop(answerKey(settings.namespace, id), patienceSeconds);
    if (!found) throw new Refused(504, `There was no answer within ${patienceSeconds} s.`);
    const answer: Answer = JSON.parse(found[1]);
    if ('refused' in answer) throw new Refused(409, answer.refused);
    // Told by the console of the same system, in the form that it is typed to answer in.
    return answer.done as Done[K];
  } finally {
    waiting.disconnect();
  }
}
