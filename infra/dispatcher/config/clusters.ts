/** Which Kafka each mapping reads from, and how it is entered. */
import { isDeepStrictEqual } from 'node:util';
import { Mistake } from '../../faults.ts';
import type { KafkaLogin } from '../../kafkajs/kafkaLogin.ts';
import type { Mapping } from './eventSourceMapping.ts';
import type { Trigger } from './schema.ts';

/** `brokers` as host:port. */
export type Cluster = Readonly<{ brokers: readonly string[]; access?: KafkaLogin }>;

/** A mapping, and its event with the place of that. */
export type Placed = Readonly<{ mapping: Mapping; where: string; trigger: Trigger }>;

/**
 * @param given the brokers of all, where they are said in one place
 * @returns the cluster that is named first, and those of the mappings that read from another one, by their ids
 * @throws Mistake where a mapping names no brokers, or two enter one cluster in different ways
 */
export function clustersOf(
  placed: readonly Placed[],
  given: readonly string[] | undefined,
  accessOf: (of: Placed) => KafkaLogin | undefined,
): [main: Cluster, others: Readonly<Record<string, Cluster>>] {
  const lists = new Set(placed.map(({ mapping }) => mapping.bootstrapServers.join(',')).filter(Boolean));
  const [only = ''] = lists;
  const listOf = ({ mapping, where }: Placed): string => {
    const list = given?.join(',') ?? (mapping.bootstrapServers.join(',') || (lists.size === 1 ? only : ''));
    if (list !== '') return list;
    const others = lists.size > 0 ? `, and the others name different ones (${[...lists].join(' and ')})` : '';
    throw new Mistake(
      'service',
      `custom.dispatcher.brokers (or --brokers): is needed: ${where} names no bootstrapServers${others}`,
    );
  };
  const [main, ...others] = [...Map.groupBy(placed, listOf)].map(([list, members]) => {
    const access = commonAccess(members, accessOf);
    const cluster: Cluster = { brokers: list.split(','), ...(access && { access }) };
    return { cluster, members };
  });
  const entries = others.flatMap(({ cluster, members }) =>
    members.map(({ mapping }) => [mapping.id, cluster] as const),
  );
  return [main?.cluster ?? { brokers: given ?? [] }, Object.fromEntries(entries)];
}

/** One cluster has one way in. */
function commonAccess(
  members: readonly Placed[],
  accessOf: (of: Placed) => KafkaLogin | undefined,
): KafkaLogin | undefined {
  const enabled = members.filter(({ mapping }) => mapping.enabled);
  const found = enabled.map((one) => ({ where: one.where, access: accessOf(one) }));
  const [first, ...others] = found;
  const other = others.find(({ access }) => !isDeepStrictEqual(access, first?.access));
  if (!other) return first?.access;
  throw new Mistake(
    'service',
    `${other.where}.accessConfigurations: enters the cluster otherwise than ${first?.where}; all events of one cluster enter it in one way`,
  );
}
