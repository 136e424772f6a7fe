import type { LabSettings } from '../../../functions/messages/settings.ts';
import { inspectIgnite } from './ignite.ts';
import type { Inspection } from './inspection.ts';
import { inspectPostgres } from './postgres.ts';
import { inspectRedis } from './redis.ts';

/** The one table of the stores. `engine` as `infra/engines` names it. */
export const stores = {
  postgres: { title: 'PostgreSQL', engine: 'postgres', save: 'savePostgres', inspect: inspectPostgres },
  ignite: { title: 'Ignite', engine: 'ignite', save: 'saveIgnite', inspect: inspectIgnite },
  redis: { title: 'Redis', engine: 'redis', save: 'saveRedis', inspect: inspectRedis },
} as const satisfies Record<
  string,
  { title: string; engine: string; save: string; inspect(settings: LabSettings): Inspection }
>;

export type StoreName = keyof typeof stores;
export const storeNames = Object.keys(stores) as StoreName[];
