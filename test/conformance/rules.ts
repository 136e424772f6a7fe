/** Every rule, each with what AWS says of it or, where it goes beyond that, with our words. */
import type { Rule } from './rule.ts';
import { answerRules } from './rules/answers.ts';
import { batchingRules } from './rules/batching.ts';
import { crashRules } from './rules/crashes.ts';
import { destinationRules } from './rules/destinations.ts';
import { environmentRules } from './rules/environment.ts';
import { eventRules } from './rules/event.ts';
import { failureRules } from './rules/failures.ts';
import { filterRules } from './rules/filters.ts';
import { groupRules } from './rules/groups.ts';
import { logRules } from './rules/logs.ts';
import { orderingRules } from './rules/ordering.ts';
import { positionRules } from './rules/positions.ts';
import { processRules } from './rules/processes.ts';
import { schemaRules } from './rules/schemas.ts';
import { settingRules } from './rules/settings.ts';

export const rules: readonly Rule[] = [
  ...eventRules,
  ...environmentRules,
  ...batchingRules,
  ...filterRules,
  ...positionRules,
  ...groupRules,
  ...logRules,
  ...failureRules,
  ...destinationRules,
  ...answerRules,
  ...schemaRules,
  ...orderingRules,
  ...crashRules,
  ...processRules,
  ...settingRules,
];
