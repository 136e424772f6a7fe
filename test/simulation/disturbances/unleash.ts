import type { Effect } from '../../../infra/simulation/kafka/faults.ts';
import type { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import type { ApiName } from '../../../infra/simulation/kafka/wire/apis.ts';
import type { Deed, Disturbance, Kind } from './disturbance.ts';

type Do = { readonly [K in Kind]: (kafka: SimulatedKafka, deed: Extract<Deed, { kind: K }>) => void };

type Requests = Readonly<{ api: ApiName; times: number; chance: number }>;

const befall = (kafka: SimulatedKafka, { api, times, chance }: Requests, effect: Effect) =>
  void kafka.faults.inject({ api, times, chance, effect });

const isThere = (kafka: SimulatedKafka, topic: string, partition = 0): boolean =>
  kafka.topics.includes(topic) && partition < kafka.partitions(topic);

function restartAnew(kafka: SimulatedKafka, topic: string, after: number): void {
  if (!isThere(kafka, topic)) return;
  const partitions = kafka.partitions(topic);
  kafka.deleteTopic(topic);
  kafka.after(after, () => {
    if (!kafka.topics.includes(topic)) kafka.createTopic(topic, { partitions });
  });
}

function transact(kafka: SimulatedKafka, deed: Extract<Deed, { kind: 'transaction' }>): void {
  const { topic, partition, records, lasts, commit } = deed;
  const transaction = kafka.records.transaction();
  const values = Array.from({ length: records }, () => ({ value: commit ? 'committed' : 'aborted' }));
  transaction.append(topic, partition, values);
  kafka.after(lasts, () => (commit ? transaction.commit() : transaction.abort()));
}

const does: Do = {
  crash(kafka, { broker, sign, lasts }) {
    kafka.brokers.crash(broker, sign);
    kafka.after(lasts, () => kafka.brokers.start(broker));
  },
  freeze: (kafka, { broker, lasts }) => kafka.brokers.freeze(broker, lasts),
  disconnect: (kafka, { broker }) => kafka.brokers.disconnect(broker),
  moveLeader: (kafka, { topic, partition, to }) => kafka.brokers.moveLeader(topic, partition, to),
  noLeader(kafka, { topic, partition, lasts }) {
    kafka.brokers.moveLeader(topic, partition, undefined);
    kafka.after(lasts, () => isThere(kafka, topic, partition) && kafka.brokers.elect(topic, partition));
  },
  moveCoordinator: (kafka, { group, to }) => kafka.brokers.moveCoordinator(group, to),
  error: (kafka, { error, ...of }) => befall(kafka, of, { kind: 'error', error }),
  delay: (kafka, { of, milliseconds, ...requests }) => befall(kafka, requests, { kind: 'delay', of, milliseconds }),
  reset: (kafka, { lost, ...of }) => befall(kafka, of, { kind: 'reset', lost }),
  silence: (kafka, { lost, ...of }) => befall(kafka, of, { kind: 'silence', lost }),
  duplicate: (kafka, of) => befall(kafka, of, { kind: 'duplicate' }),
  otherMember(kafka, { group, topic, slowness, lasts, end }) {
    const member = kafka.groups.join(group, { topics: [topic], slowness, sessionTimeout: 6000 });
    kafka.after(lasts, () => member[end]());
  },
  evict: (kafka, { group }) => kafka.groups.evict(group),
  reload: (kafka, { group, members }) => kafka.groups.reload(group, members),
  grow: (kafka, { topic, by }) => kafka.growTopic(topic, kafka.partitions(topic) + by),
  recreate: (kafka, { topic, after }) => restartAnew(kafka, topic, after),
  truncate(kafka, { topic, partition, part }) {
    // A transaction whose marker is lost would stay open for ever.
    if (kafka.records.read(topic, partition).some(({ transactional }) => transactional)) return;
    const { start, end } = kafka.records.ends(topic, partition);
    kafka.records.truncate(topic, partition, end - Math.floor((end - start) * part));
  },
  retention(kafka, { topic, partition, part }) {
    const { start, end } = kafka.records.ends(topic, partition);
    kafka.records.deleteBefore(topic, partition, start + Math.floor((end - start) * part));
  },
  compact(kafka, { topic, partition, every, emptyBatches }) {
    const keep = every > 0 ? ({ offset }: { offset: number }) => offset % every !== 0 : undefined;
    kafka.records.compact(topic, partition, { ...(keep && { keep }), emptyBatches });
  },
  transaction: transact,
};

/** A deed whose broker is down or whose topic is not there comes to nothing, so that any can be left out. */
function canBe(kafka: SimulatedKafka, deed: Deed): boolean {
  if ('topic' in deed && !isThere(kafka, deed.topic, 'partition' in deed ? deed.partition : 0)) return false;
  if ('broker' in deed && !kafka.brokers.up.includes(deed.broker)) return false;
  return !('to' in deed) || kafka.brokers.up.includes(deed.to);
}

/** Lets one happen now. */
export function disturb(kafka: SimulatedKafka, deed: Deed): void {
  const act = does[deed.kind] as (kafka: SimulatedKafka, deed: Deed) => void;
  if (canBe(kafka, deed)) act(kafka, deed);
}

/** Lets the disturbances happen at their times from now on. */
export function unleash(kafka: SimulatedKafka, disturbances: readonly Disturbance[]): void {
  for (const { at, deed } of disturbances) kafka.after(at, () => disturb(kafka, deed));
}
