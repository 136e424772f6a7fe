/** Kafka by itself, and Kafka as it was with ZooKeeper: one of the two, by profile. */
import { brokerSettings, kafka, kafkaHeap, propertiesOf } from '../kafka.ts';
import { clientJaas, passwordSettings } from '../kafkaPassword.ts';
import { oldBrokerSettings } from '../kafkaZookeeper.ts';
import { zookeeperJava, zookeeperSettings } from '../zookeeper.ts';
import { check, given, healthy, hostPort, published, versions } from './parts.ts';

const environmentName = (name: string) => `KAFKA_${name.replaceAll('.', '_').toUpperCase()}`;
/** The password is that of `KAFKA_PASSWORD` (unset: `despacho`). */
const password = given('KAFKA_PASSWORD', 'despacho');
/** For a container that is a client. */
export const containersJaas = clientJaas(password);

/** Containers reach the broker by the name `kafka`, this machine by its published port. */
const listeners = {
  'inter.broker.listener.name': 'INSIDE',
  'advertised.listeners': `INSIDE://kafka:19092,OUTSIDE://127.0.0.1:${hostPort(kafka)}`,
};

const kraft = {
  image: `apache/kafka:${versions.kafka}`,
  profiles: ['kraft'],
  environment: Object.fromEntries(
    Object.entries({
      'process.roles': 'broker,controller',
      'node.id': '1',
      'controller.quorum.voters': '1@localhost:9093',
      listeners: 'INSIDE://:19092,OUTSIDE://:9092,CONTROLLER://localhost:9093',
      ...passwordSettings(password, ['INSIDE', 'OUTSIDE', 'CONTROLLER']),
      'controller.listener.names': 'CONTROLLER',
      ...listeners,
      'log.dirs': '/var/lib/kafka/data',
      ...brokerSettings,
      'heap.opts': kafkaHeap.join(' '),
      'jvm.performance.opts': '-XX:+UseSerialGC',
    }).map(([name, value]) => [environmentName(name), value]),
  ),
  ports: [published(hostPort(kafka), 9092)],
  volumes: ['kafka:/var/lib/kafka/data'],
  healthcheck: check('nc -z localhost 19092', 30),
  mem_limit: '1g',
};

const oldKafka = (main: string, config: string) => ({
  image: `apache/kafka:${versions.kafkaZookeeper}`,
  profiles: ['zookeeper'],
  entrypoint: [`/opt/kafka/bin/${main}-server-start.sh`, '/etc/despacho.properties'],
  configs: [{ source: config, target: '/etc/despacho.properties' }],
});

const zookeeper = {
  ...oldKafka('zookeeper', 'zookeeper'),
  environment: { KAFKA_HEAP_OPTS: zookeeperJava[0], KAFKA_OPTS: zookeeperJava[1] },
  volumes: ['zookeeper:/var/lib/kafka/data'],
  healthcheck: check('nc -z localhost 2181', 20),
  mem_limit: '256m',
};

const kafkaZookeeper = {
  ...oldKafka('kafka', 'kafka-zookeeper'),
  depends_on: { zookeeper: healthy },
  environment: { KAFKA_HEAP_OPTS: kafkaHeap.join(' '), KAFKA_JVM_PERFORMANCE_OPTS: '-XX:+UseSerialGC' },
  ports: [published(hostPort(kafka), 9092)],
  networks: { default: { aliases: ['kafka'] } },
  volumes: ['kafka-zookeeper:/var/lib/kafka/data'],
  healthcheck: check('nc -z localhost 19092', 40),
  mem_limit: '1g',
};

/** Services by their names in the compose file: the first has the profile `kraft`, the others `zookeeper`. */
export const kafkaServices = { kafka: kraft, zookeeper, 'kafka-zookeeper': kafkaZookeeper };

/** Properties files, mounted at `/etc/despacho.properties`; Kafka by itself takes environment variables instead. */
export const kafkaConfigs = {
  zookeeper: { content: propertiesOf({ ...zookeeperSettings, clientPort: '2181', dataDir: '/var/lib/kafka/data' }) },
  'kafka-zookeeper': {
    content: propertiesOf({
      'zookeeper.connect': 'zookeeper:2181',
      'log.dirs': '/var/lib/kafka/data',
      ...oldBrokerSettings,
      listeners: 'INSIDE://:19092,OUTSIDE://:9092',
      ...passwordSettings(password, ['INSIDE', 'OUTSIDE']),
      ...listeners,
    }),
  },
};
