import type { LabSettings } from '../../../functions/messages/settings.ts';
import type { StoreName } from '../../../functions/messages/targets.ts';
import { inspectIgnite } from './ignite.ts';
import type { Inspection } from './inspection.ts';
import { inspectPostgres } from './postgres.ts';
import { inspectRedis } from './redis.ts';

/** How each store is looked into. */
export const inspections: Readonly<Record<StoreName, (settings: LabSettings) => Inspection>> = {
  postgres: inspectPostgres,
  ignite: inspectIgnite,
  redis: inspectRedis,
};
