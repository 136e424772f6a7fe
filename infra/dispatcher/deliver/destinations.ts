import type { Admin, Producer } from 'kafkajs';
import type { Mapping } from '../config/eventSourceMapping.ts';
import type { Endpoints } from '../config/mapping.ts';
import type { Machine } from '../invoke/functionWorker.ts';
import type { Logger } from '../stats.ts';
import { awsDestination } from './awsDestination.ts';
import type { FailureDestination } from './failure.ts';
import { fileDestination } from './fileDestination.ts';
import { TopicDestination } from './topicDestination.ts';

/** Where failed records of a mapping go; undefined where it names nothing. */
export function destinationOf(
  mapping: Mapping,
  endpoints: Endpoints,
  { producer, machine, log }: { producer: Producer; machine: Pick<Machine, 'clock' | 'keepLine'>; log: Logger },
): FailureDestination | undefined {
  const { onFailure } = mapping;
  if (!onFailure) return undefined;
  if (onFailure.kind === 'kafka') return new TopicDestination(onFailure.topic, producer, log);
  const endpoint = onFailure.kind === 'intrinsic' ? undefined : endpoints[onFailure.kind];
  if (onFailure.kind === 'intrinsic' || !endpoint) return fileDestination(mapping, machine.keepLine);
  return awsDestination(onFailure, endpoint, machine.clock);
}

/** What they read from and write to, each once. */
export const topicsOf = (mappings: readonly Mapping[]): ReadonlySet<string> =>
  new Set(
    mappings.flatMap(({ topic, onFailure }) => (onFailure?.kind === 'kafka' ? [topic, onFailure.topic] : [topic])),
  );

/** @throws Error naming the topics that do not exist: found out at the first failure, it would be too late */
export async function requireTopics(admin: Admin, topics: ReadonlySet<string>): Promise<void> {
  const there = new Set(await admin.listTopics());
  const missing = [...topics].filter((topic) => !there.has(topic)).sort();
  if (missing.length === 0) return;
  throw new Error(`Kafka has no topic ${missing.map((topic) => `"${topic}"`).join(', ')}: create it first.`);
}
