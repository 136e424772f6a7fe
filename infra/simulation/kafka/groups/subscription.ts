/** What members tell each other through the coordinator, and how partitions are dealt out to them. */
import { byTopic, bytes, decode, encode, int16, int32, list, struct, text } from '../wire/layout.ts';

/** The name of kafkajs' own assigner. */
export const roundRobin = 'RoundRobinAssigner';

const subscription = struct({ version: int16, topics: list(text), userData: bytes });
const assignment = struct({ version: int16, topics: byTopic(int32), userData: bytes });
const userData = Buffer.alloc(0);

export type Assignment = Readonly<Record<string, readonly number[]>>;

export const subscribeTo = (topics: readonly string[]): Buffer =>
  encode(subscription, { version: 0, topics, userData });

export const readAssignment = (from: Buffer): Assignment =>
  from.length === 0
    ? {}
    : Object.fromEntries(decode(assignment, from).topics.map(({ topic, partitions }) => [topic, partitions]));

type Subscriber = Readonly<{ memberId: string; metadata: Buffer }>;

/** Deals the partitions out, one after the other, to those who have subscribed to their topic. */
export function assign(members: readonly Subscriber[], partitionsOf: (topic: string) => number) {
  const subscribers = members
    .map(({ memberId, metadata }) => ({ memberId, wants: decode(subscription, metadata).topics }))
    .sort((one, other) => (one.memberId < other.memberId ? -1 : 1));
  const dealt = new Map(subscribers.map(({ memberId }) => [memberId, new Map<string, number[]>()]));
  let turn = 0;
  for (const topic of [...new Set(subscribers.flatMap(({ wants }) => wants))].sort()) {
    const takers = subscribers.filter(({ wants }) => wants.includes(topic));
    for (let partition = 0; partition < partitionsOf(topic); partition++) {
      const hand = dealt.get(takers[turn++ % takers.length]?.memberId ?? '');
      hand?.set(topic, [...(hand.get(topic) ?? []), partition]);
    }
  }
  return [...dealt].map(([memberId, hand]) => {
    const topics = [...hand].map(([topic, partitions]) => ({ topic, partitions }));
    return { memberId, assignment: encode(assignment, { version: 0, topics, userData }) };
  });
}
