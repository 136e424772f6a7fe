import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Engine } from './engine.ts';
import { java } from './java.ts';
import { brokerReady, brokerSettings, kafka, kafkaHeap, propertiesOf } from './kafka.ts';
import { asksForPassword, passwordSettings, zookeeperJaas } from './kafkaPassword.ts';
import { download, pomOf } from './maven.ts';
import { isForeign, jaasFlag, log4j, zookeeperAddress, zookeeperPom } from './zookeeper.ts';

/** What holds wherever it runs, besides the settings of every broker. */
export const oldBrokerSettings: Readonly<Record<string, string>> = {
  'broker.id': '1',
  // Both start at the same time.
  'zookeeper.connection.timeout.ms': '60000',
  'zookeeper.session.timeout.ms': '3000',
  // There is no other broker that could lead meanwhile, and ZooKeeper may be stopping too.
  'controlled.shutdown.enable': 'false',
  ...brokerSettings,
};

/** Kafka as it was run before it kept its own records: with ZooKeeper, which has to run too. */
export const kafkaZookeeper: Engine = {
  name: 'kafka-zookeeper',
  title: 'Kafka 3.9.2 with ZooKeeper',
  external: kafka.external,
  ports: [kafka.ports[0]],
  passwordName: kafka.name,
  address: kafka.address,
  ...asksForPassword,
  install: (site) => download(zookeeperPom, 'copy-dependencies', site),
  prepare: async (site) => void (await mkdir(join(site.data, 'log'), { recursive: true })),
  launch(site) {
    const settings = join(site.data, 'server.properties');
    const logging = join(site.data, 'log4j.properties');
    const jaas = join(site.data, 'jaas.conf');
    const options = [
      '-XX:+UseSerialGC',
      ...kafkaHeap,
      '-XX:+ExitOnOutOfMemoryError',
      '-XX:-UsePerfData',
      ...(isForeign(site) ? [] : [jaasFlag(jaas)]),
      `-Dlog4j.configuration=${pathToFileURL(logging)}`,
    ];
    const jars = join(pomOf(zookeeperPom, site.downloads).folder, '*');
    const broker = `BROKER://127.0.0.1:${site.port('KAFKA_PORT')}`;
    const here = {
      listeners: broker,
      'advertised.listeners': broker,
      'inter.broker.listener.name': 'BROKER',
      ...passwordSettings(site.password(), ['BROKER']),
      'zookeeper.connect': zookeeperAddress(site),
      'log.dirs': join(site.data, 'log'),
    };
    return {
      command: [java(), ...options, '-cp', jars, 'kafka.Kafka', settings],
      files: {
        [settings]: propertiesOf({ ...here, ...oldBrokerSettings }),
        [logging]: log4j,
        [jaas]: zookeeperJaas('Client', site.password()),
      },
    };
  },
  ready: brokerReady,
  patience: { start: 90, stop: 30 },
};
