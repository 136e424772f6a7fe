import type { Effect } from '../kafka/faults.ts';
import type { ApiName } from '../kafka/wire/apis.ts';
import type { Disturbance } from './scenario.ts';
import { topic } from './service.ts';
import type { World } from './world.ts';

type Of<D extends Disturbance['do']> = Extract<Disturbance, { do: D }>;
type Ways = { [D in Disturbance['do']]: (world: World, of: Of<D>) => void };

function effectOf(text: string): Effect {
  const [kind = '', detail = ''] = text.split(':');
  if (kind === 'error') return { kind, error: detail };
  if (kind === 'delay') return { kind, milliseconds: Number(detail), of: 'answer' };
  return { kind: kind as 'reset' | 'silence', lost: detail as 'request' | 'answer' };
}

const exists = ({ kafka }: World, partition: number) =>
  kafka.topics.includes(topic) && partition < kafka.partitions(topic);

/** The offset so far into what a partition has. */
function into({ kafka }: World, partition: number, share: number): number {
  const { start, end } = kafka.records.ends(topic, partition);
  return start + Math.round((end - start) * share);
}

const groupsOf = (world: World): readonly string[] => world.groupIds;

const ways: Ways = {
  'crash broker': (world, { broker, lasts }) => {
    world.kafka.brokers.crash(broker);
    world.kafka.after(lasts, () => world.kafka.brokers.start(broker));
  },
  'freeze broker': ({ kafka }, { broker, lasts }) => kafka.brokers.freeze(broker, lasts),
  'break connections': ({ kafka }, { broker }) => kafka.brokers.disconnect(broker),
  'move leader': (world, { partition, to }) => {
    if (exists(world, partition) && world.kafka.brokers.up.includes(to))
      world.kafka.brokers.moveLeader(topic, partition, to);
  },
  'move coordinator': (world, { to }) => {
    if (!world.kafka.brokers.up.includes(to)) return;
    for (const group of groupsOf(world)) world.kafka.brokers.moveCoordinator(group, to);
  },
  'read group anew': (world, { members }) => {
    for (const group of groupsOf(world)) world.kafka.groups.reload(group, members);
  },
  'evict members': (world) => {
    for (const group of groupsOf(world)) world.kafka.groups.evict(group);
  },
  'another member': (world, { lasts, slowness, vanishes }) => {
    for (const group of groupsOf(world)) {
      const member = world.kafka.groups.join(group, { topics: [topic], slowness, sessionTimeout: 6000 });
      world.kafka.after(lasts, () => (vanishes ? member.vanish() : member.leave()));
    }
  },
  fault: ({ kafka }, { api, effect, times, chance }) => {
    kafka.faults.inject({ api: api as ApiName, effect: effectOf(effect), times, chance });
  },
  'delete records': (world, { partition, share }) => {
    if (!exists(world, partition)) return;
    const from = into(world, partition, share);
    world.kafka.records.deleteBefore(topic, partition, from);
    world.writer.lost(partition, from, Number.POSITIVE_INFINITY);
  },
  truncate: (world, { partition, share }) => {
    if (!exists(world, partition)) return;
    const { records } = world.kafka;
    // A transaction whose marker is lost would stay open for ever.
    if (records.read(topic, partition).some(({ transactional }) => transactional)) return;
    records.truncate(topic, partition, into(world, partition, share));
    const { start, end } = records.ends(topic, partition);
    world.writer.lost(partition, start, end);
  },
  compact: (world, { partition, empty }) => {
    if (!exists(world, partition)) return;
    const { records } = world.kafka;
    records.compact(topic, partition, { emptyBatches: empty ? 'stay' : 'go' });
    world.writer.cleaned(partition, new Set(records.read(topic, partition).map(({ offset }) => offset)));
  },
  'recreate topic': ({ kafka, scenario, writer, violated }, { gap }) => {
    const partitions = kafka.partitions(topic);
    kafka.deleteTopic(topic);
    writer.renewed();
    setTimeout(() => {
      if (kafka.topics.includes(topic)) violated('a reader has made the topic that was deleted');
      else kafka.createTopic(topic, { partitions, replicationFactor: Math.min(3, scenario.brokers) });
    }, gap);
  },
  'grow topic': ({ kafka }, { by }) => kafka.growTopic(topic, kafka.partitions(topic) + by),
  kill: (world, { instance, back }) => {
    world.instances[instance]?.kill();
    world.kafka.after(back, () => world.instances[instance]?.start());
  },
  drain: (world, { instance, back }) => {
    const one = world.instances[instance];
    void one?.drain().then(() => world.kafka.after(back, () => one.start()));
  },
};

export function disturb(world: World, of: Disturbance): void {
  (ways[of.do] as (world: World, of: Disturbance) => void)(world, of);
}
