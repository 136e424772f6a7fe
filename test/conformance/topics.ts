import type { ITopicConfig } from 'kafkajs';
import type { Rule } from './rule.ts';

/** The topics that a rule needs. */
export function topicsOf(rule: Rule, topic: string): ITopicConfig[] {
  const configEntries = Object.entries(rule.topicSettings ?? {}).map(([name, value]) => ({ name, value }));
  const others = [
    ...(rule.event?.second ? [`${topic}.second`] : []),
    ...(rule.definition?.bystander ? [`${topic}.bystander`] : []),
  ];
  return [
    { topic, numPartitions: rule.partitions ?? 1, configEntries },
    { topic: `${topic}.dead`, numPartitions: 1, configEntries },
    ...others.map((other) => ({ topic: other, numPartitions: 1 })),
  ];
}
