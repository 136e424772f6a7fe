/** A Kafka of three nodes of its own for a test, whose brokers can be killed. Each is a process as the single one is. */
import { rm } from 'node:fs/promises';
import type { Engine, Site } from './engine.ts';
import { freePort } from './freePort.ts';
import { privateHome } from './home.fixture.ts';
import { kafkaOf, newClusterId } from './kafka.ts';
import { isGone, signalGroup } from './processGroup.ts';
import { addressOf, siteOf } from './site.ts';
import { bringDown, bringUp, findRunning } from './supervisor.ts';

const ids = [1, 2, 3] as const;

/** Every record on all three nodes, of which two must have it before it counts as written. */
const settings = {
  'default.replication.factor': '3',
  'min.insync.replicas': '2',
  'offsets.topic.replication.factor': '3',
  'transaction.state.log.replication.factor': '3',
  'transaction.state.log.min.isr': '2',
  'share.coordinator.state.topic.replication.factor': '3',
  'share.coordinator.state.topic.min.isr': '2',
};

export type KafkaCluster = Readonly<{
  /** Of all nodes. */
  brokers: string[];
  /** Ends a broker by SIGKILL. Resolves when it is gone. */
  kill(id: number): Promise<void>;
  /** Resolves when it answers. */
  start(id: number): Promise<void>;
  /** Ends all of it and leaves nothing. */
  end(): Promise<void>;
}>;

/** Resolves when all three brokers answer. */
export async function kafkaCluster(): Promise<KafkaCluster> {
  const home = await privateHome();
  const ports: { broker: number; controller: number }[] = [];
  for (const _ of ids) ports.push({ broker: await freePort(), controller: await freePort() });
  const voters = ports.map(({ controller }, index) => `${ids[index]}@127.0.0.1:${controller}`).join(',');
  const cluster = newClusterId();
  const nodes = new Map<number, { engine: Engine; site: Site }>();
  for (const [index, id] of ids.entries()) {
    const engine = kafkaOf({ id, cluster, voters, settings });
    const { broker, controller } = ports[index] as (typeof ports)[number];
    const environment = { KAFKA_PORT: `${broker}`, KAFKA_CONTROLLER_PORT: `${controller}` };
    nodes.set(id, { engine, site: siteOf(engine, home, environment, () => undefined) });
  }
  const node = (id: number) => {
    const found = nodes.get(id);
    if (!found) throw new RangeError(`there is no broker ${id}`);
    return found;
  };
  const start = async (id: number) => void (await bringUp(node(id).engine, node(id).site, undefined));
  const end = async () => {
    await Promise.all([...nodes.values()].map(({ engine, site }) => bringDown(engine, site)));
    await rm(home, { recursive: true, force: true });
  };
  try {
    await Promise.all(ids.map(start));
  } catch (error) {
    await end();
    throw error;
  }
  return {
    brokers: [...nodes.values()].map(({ engine, site }) => addressOf(engine, site)),
    start,
    end,
    async kill(id) {
      const running = findRunning(node(id).site);
      if (!running) throw new Error(`broker ${id} does not run`);
      signalGroup(running.group, 'SIGKILL', true);
      await isGone(running.group, 10);
    },
  };
}
