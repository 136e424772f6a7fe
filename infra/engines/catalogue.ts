/** Every engine there is. The seam where another way of running them, like containers, would be chosen. */
import { elasticsearch } from './elasticsearch.ts';
import { type Engine, EngineFault } from './engine.ts';
import { ignite } from './ignite.ts';
import { inbox } from './inbox.ts';
import { kafka } from './kafka.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';

export const engines: readonly Engine[] = [kafka, redis, elasticsearch, inbox, postgres, ignite];

/** What the order pipeline needs. The slowest to start is downloaded first. */
export const usualNames: readonly string[] = ['elasticsearch', 'kafka', 'redis', 'inbox'];

/** @throws EngineFault for a name that is none of the engines' */
export function engineNamed(name: string): Engine {
  const found = engines.find((engine) => engine.name === name);
  if (found) return found;
  throw new EngineFault(`There is no engine "${name}". There are ${engines.map((engine) => engine.name).join(', ')}.`);
}
