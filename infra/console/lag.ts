import type { Admin } from 'kafkajs';
import { deadRanges } from '../../functions/console/kafka/dead.ts';
import type { Lag, Snapshot } from '../../functions/console/snapshot.ts';
import { deadTopicNames, openRecords } from '../../functions/deadLetters/letters.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { connectKafka } from '../kafkajs/kafkaClient.ts';
import { whereGone } from '../kafkajs/kafkajs.ts';

/** Only groups that have members, by topic; only dead-letter topics that hold open letters. */
export type Backlog = Pick<Snapshot, 'lag' | 'dead'>;

type Offsets = { partition: number; high: string; low: string }[];

/** How often topics and groups are listed anew, in looks. */
const listEvery = 5;

/** Looks how far every consumer group of the namespace is behind, and at what lies in the dead-letter topics. */
export class BacklogWatch {
  readonly #admin: Admin;
  readonly #settings: Settings;
  readonly #namespace: string;
  /** Open letters of each dead-letter topic, and at which offsets they were counted. */
  readonly #letters = new Map<string, { offsets: string; records: number }>();
  #groups: string[] = [];
  #dead: string[] = [];
  #looks = 0;

  constructor(settings: Settings) {
    const { namespace } = settings;
    this.#settings = settings;
    this.#admin = connectKafka(settings, 'despacho-console', 'answersSoon').admin();
    this.#namespace = namespace;
  }

  connect = (): Promise<void> => this.#admin.connect();
  close = (): Promise<void> => this.#admin.disconnect();

  /** @throws when Kafka does not answer */
  async look(): Promise<Backlog> {
    if (this.#looks++ % listEvery === 0) await this.#list();
    const committed = await Promise.all(this.#groups.map((group) => this.#committed(group)));
    const ends = new Map<string, Promise<Offsets>>();
    const endsOf = (topic: string) => {
      // One that was deleted has no partition that anybody is behind in.
      const known = ends.get(topic) ?? this.#admin.fetchTopicOffsets(topic).catch(whereGone<Offsets>([]));
      ends.set(topic, known);
      return known;
    };
    const lag = await Promise.all(committed.flat().map((one) => this.#lag(one, endsOf)));
    const dead = await Promise.all(
      this.#dead.map(async (topic) => ({ topic, records: await this.#open(topic, await endsOf(topic)) })),
    );
    return {
      lag: lag.filter(({ partitions }) => partitions.length > 0).sort((a, b) => a.topic.localeCompare(b.topic)),
      dead: dead
        .filter(({ records }) => records > 0)
        .map(({ topic, records }) => ({ topic: this.#short(topic), records })),
    };
  }

  async #list(): Promise<void> {
    const [{ groups }, topics] = await Promise.all([this.#admin.listGroups(), this.#admin.listTopics()]);
    // Another system's names have its own namespace, which ends with a dot.
    const isOurs = (name: string) => name.startsWith(this.#namespace) && !this.#short(name).includes('.');
    const names = groups.map(({ groupId }) => groupId).filter(isOurs);
    const described = names.length > 0 ? (await this.#admin.describeGroups(names)).groups : [];
    // A group that nobody is a member of has ended, a run of the lab for instance: it is not behind.
    this.#groups = described.filter(({ members }) => members.length > 0).map(({ groupId }) => groupId);
    this.#dead = deadTopicNames.map((name) => this.#namespace + name).filter((name) => topics.includes(name));
  }

  async #committed(groupId: string) {
    const topics = await this.#admin.fetchOffsets({ groupId });
    return topics.map(({ topic, partitions }) => ({ groupId, topic, partitions }));
  }

  async #lag(
    {
      groupId,
      topic,
      partitions,
    }: { groupId: string; topic: string; partitions: { partition: number; offset: string }[] },
    endsOf: (topic: string) => Promise<Offsets>,
  ): Promise<Lag> {
    const done = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
    const behind = (await endsOf(topic))
      .sort((a, b) => a.partition - b.partition)
      .map(({ partition, high, low }) => Math.max(0, Number(high) - Math.max(Number(low), done.get(partition) ?? 0)));
    return { topic: this.#short(topic), group: this.#short(groupId), partitions: behind };
  }

  /** Letters are read only when something was added: a redriven one lies there on, with a mark. */
  async #open(topic: string, bounds: Offsets): Promise<number> {
    const offsets = JSON.stringify(bounds);
    const known = this.#letters.get(topic);
    if (known?.offsets === offsets) return known.records;
    const { length: records } = await openRecords(this.#settings, deadRanges(topic, bounds));
    this.#letters.set(topic, { offsets, records });
    return records;
  }

  #short = (name: string): string => name.slice(this.#namespace.length);
}
