import { randomBytes } from 'node:crypto';
import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brokerList } from '../kafkajs/brokerList.ts';
import { run } from './command.ts';
import type { Asked, Engine, Port, Site } from './engine.ts';
import { java, javaVersion } from './java.ts';
import { asksForPassword, passwordSettings } from './kafkaPassword.ts';
import { download, pomOf } from './maven.ts';
import { makeWhole } from './whole.ts';

const jars = (site: Site) => join(pomOf('kafka', site.downloads).folder, '*');
const logFolder = (site: Site) => join(site.data, 'log');

/** What holds wherever the broker runs, here or in a container. The replication factors are those of a single node. */
export const brokerSettings: Readonly<Record<string, string>> = {
  // A misspelt topic must fail, not appear.
  'auto.create.topics.enable': 'false',
  'default.replication.factor': '1',
  'min.insync.replicas': '1',
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  // The first consumer of a group would otherwise wait 3 s for others.
  'group.initial.rebalance.delay.ms': '0',
  'log.cleaner.dedupe.buffer.size': '4194304',
  // A killed broker cannot register again before its session is over: 9 s unless told.
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
};

/** Java's flags, here and in a container, for both kinds of Kafka. */
export const kafkaHeap = ['-Xms128m', '-Xmx512m'] as const;

/** A value in a Java properties file, which is read as Latin-1. */
export const propertyOf = (value: string): string =>
  value
    .replaceAll('\\', '\\\\')
    .replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** A Java properties file. */
export const propertiesOf = (settings: Readonly<Record<string, string>>): string =>
  `${Object.entries(settings)
    .map(([name, value]) => `${name}=${propertyOf(value)}`)
    .join('\n')}\n`;

/** Broker and controller in one. */
type KafkaNode = Readonly<{
  id: number;
  ports: readonly [broker: Port, controller: Port];
  /** How its data folder is formatted, for Kafka's own tool: `--cluster-id=…`, one word, as an id may begin with a dash. */
  formatting(site: Site): readonly string[];
  /** The controllers of all nodes, as `<id>@<host>:<port>,…`. */
  voters(site: Site): string;
  /** Other than `brokerSettings`. */
  settings: Readonly<Record<string, string>>;
  heap: readonly string[];
}>;

function serverProperties(site: Site, folder: string, node: KafkaNode): string {
  const [broker, controller] = node.ports.map(({ variable }) => `127.0.0.1:${site.port(variable)}`);
  return propertiesOf({
    'process.roles': 'broker,controller',
    'node.id': `${node.id}`,
    'controller.quorum.voters': node.voters(site),
    listeners: `BROKER://${broker},CONTROLLER://${controller}`,
    'advertised.listeners': `BROKER://${broker}`,
    'inter.broker.listener.name': 'BROKER',
    'controller.listener.names': 'CONTROLLER',
    'log.dirs': folder,
    ...passwordSettings(site.password(), ['BROKER', 'CONTROLLER']),
    ...brokerSettings,
    ...node.settings,
  });
}

const log4j = `status = error
appender.out.type = Console
appender.out.name = out
appender.out.layout.type = PatternLayout
appender.out.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.out.ref = out
logger.raft.name = kafka.server.KafkaRaftServer
logger.raft.level = info
`;

/** Java writes the head of the archive last: before that it is empty, and so is one whose writer was killed. */
function isWholeArchive(file: string): boolean {
  if (!existsSync(file)) return false;
  const head = Buffer.alloc(4);
  const descriptor = openSync(file, 'r');
  readSync(descriptor, head, 0, head.length, 0);
  closeSync(descriptor);
  return head.some((byte) => byte !== 0);
}

const archiveOf = ({ downloads }: Site) => join(dirname(downloads), 'data', 'kafka', `classes-${javaVersion()}.jsa`);

/** Whether a Kafka of these jars and this Java has ended in an orderly way before. */
export const hasClassArchive = (site: Site): boolean => isWholeArchive(archiveOf(site));

const javaOptions = (option: string) => ({ JDK_JAVA_OPTIONS: `"${option}"` });

/** Nearly half of a start's processor time: the classes of the first orderly run, ready to map. */
const mapArchive = (site: Site): Readonly<Record<string, string>> =>
  hasClassArchive(site) ? javaOptions(`-XX:SharedArchiveFile=${archiveOf(site)}`) : {};

/**
 * It fits these jars and this Java only. Only where the jars are at home is it written, which takes longer than a start:
 * a test's own broker maps it, or none.
 */
function classArchive(site: Site): Readonly<Record<string, string>> {
  const writes = !hasClassArchive(site) && site.home === dirname(site.downloads);
  return writes ? javaOptions(`-XX:ArchiveClassesAtExit=${archiveOf(site)}`) : mapArchive(site);
}

/** As Kafka's own tool makes them. */
const newClusterId = (): string => randomBytes(16).toString('base64url');

async function format(site: Site, node: KafkaNode): Promise<void> {
  const settings = join(site.data, 'format.properties');
  await makeWhole(logFolder(site), async (part) => {
    await rm(settings, { force: true });
    await writeFile(settings, serverProperties(site, part, node), { flag: 'wx', mode: 0o600 });
    const tool = ['kafka.tools.StorageTool', 'format', '--config', settings, ...node.formatting(site)] as const;
    const flags = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', jars(site)];
    await run('Formatting the data folder of Kafka', [java(), ...flags, ...tool], { environment: mapArchive(site) });
  });
  await mkdir(join(site.data, 'tmp'), { recursive: true });
}

/** Asks the broker, through the client that the system uses, who the controller is. */
export async function brokerReady(address: string, { access }: Asked): Promise<void> {
  const { connectKafka, withAdmin } = await import('../kafkajs/kafkaClient.ts');
  await withAdmin(
    connectKafka({ kafkaBrokers: brokerList(address), access }, 'despacho-engines', 'once'),
    async (admin) => {
      const { brokers } = await admin.describeCluster();
      if (brokers.length === 0) throw new Error('no broker has registered yet');
    },
  );
}

/** @param node one of several, or a cluster of its own */
export const kafkaOf = (name: string, node: KafkaNode): Engine => ({
  name,
  title: 'Kafka 4.4.0',
  external: 'KAFKA_BROKERS',
  ports: node.ports,
  address: (port) => `127.0.0.1:${port}`,
  ...asksForPassword,
  install: (site) => download('kafka', 'copy-dependencies', site),
  prepare: (site) => format(site, node),
  launch(site) {
    const settings = join(site.data, 'server.properties');
    const logging = join(site.data, 'log4j2.properties');
    const options = [
      '-XX:+UseSerialGC',
      ...node.heap,
      '-XX:+ExitOnOutOfMemoryError',
      '-XX:-UsePerfData',
      `-Djava.io.tmpdir=${join(site.data, 'tmp')}`,
      `-Dlog4j2.configurationFile=${pathToFileURL(logging)}`,
    ];
    return {
      command: [java(), ...options, '-cp', jars(site), 'kafka.Kafka', settings],
      environment: classArchive(site),
      files: { [settings]: serverProperties(site, logFolder(site), node), [logging]: log4j },
    };
  },
  ready: brokerReady,
  // The first orderly stop writes the class archive.
  patience: { start: 120, stop: 60 },
});

/** A cluster of its own. */
export const singleNode: KafkaNode = {
  id: 1,
  ports: [
    { variable: 'KAFKA_PORT', usual: 9092 },
    { variable: 'KAFKA_CONTROLLER_PORT', usual: 9093 },
  ],
  formatting: () => [`--cluster-id=${newClusterId()}`],
  voters: ({ port }) => `1@127.0.0.1:${port('KAFKA_CONTROLLER_PORT')}`,
  settings: {},
  heap: kafkaHeap,
};

/** One node, broker and controller in one; `kafkaZookeeper` is the other engine behind `KAFKA_BROKERS`. */
export const kafka = kafkaOf('kafka', singleNode);
