import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { splitHostPort } from '../access/splitHostPort.ts';
import type { Engine, Site } from './engine.ts';
import { java } from './java.ts';
import { propertiesOf } from './kafka.ts';
import { zookeeperJaas } from './kafkaPassword.ts';
import { download, pomOf } from './maven.ts';

/** Kafka with ZooKeeper and ZooKeeper itself come together. */
export const zookeeperPom = 'kafka-zookeeper';

/** What holds wherever it runs. A tick is the shortest half of a session: a killed broker's is over within 3 s. */
export const zookeeperSettings: Readonly<Record<string, string>> = {
  tickTime: '1000',
  maxClientCnxns: '0',
  'admin.enableServer': 'false',
  '4lw.commands.whitelist': 'ruok',
};

/** Its log is as durable as Kafka's own: the operating system writes it. */
export const zookeeperJava = ['-Xmx128m', '-Dzookeeper.forceSync=no'] as const;

/** What log4j 1 needs, which this line of Kafka still logs by. */
export const log4j = `log4j.rootLogger=WARN, out
log4j.appender.out=org.apache.log4j.ConsoleAppender
log4j.appender.out.layout=org.apache.log4j.PatternLayout
log4j.appender.out.layout.ConversionPattern=%d{ISO8601} %p %c{1}: %m%n
`;

/** "Are you ok?" – "I am ok." */
async function ready(address: string): Promise<void> {
  const socket = connect({ ...splitHostPort(address), timeout: 3000 });
  socket.on('timeout', () => socket.destroy(new Error('it does not answer')));
  let said = '';
  socket.setEncoding('utf8').on('data', (text) => {
    said += text;
  });
  socket.end('ruok');
  await once(socket, 'close');
  if (said !== 'imok') throw new Error(`asked whether it is ok, it says "${said}"`);
}

const external = 'ZOOKEEPER_CONNECT';
const port = { variable: 'ZOOKEEPER_PORT', usual: 2181 } as const;

/** Where a broker on the same site finds it. */
export const zookeeperAddress = (site: Site): string =>
  site.variable(external) || `127.0.0.1:${site.variable(port.variable) || port.usual}`;

/** Java's flag for the file by which a password is asked for, or said. */
export const jaasFlag = (file: string): string => `-Djava.security.auth.login.config=${file}`;

/** Whether the one that the broker uses is somebody else's, who is told no password of ours. */
export const isForeign = (site: Site): boolean => Boolean(site.variable(external));

/** Needed by `kafkaZookeeper` alone. `ZOOKEEPER_CONNECT` names one that runs elsewhere. */
export const zookeeper: Engine = {
  name: 'zookeeper',
  title: 'ZooKeeper 3.8.4',
  external,
  passwordName: 'kafka',
  ports: [port],
  address: (port) => `127.0.0.1:${port}`,
  install: (site) => download(zookeeperPom, 'copy-dependencies', site),
  prepare: async (site) => void (await mkdir(join(site.data, 'tree'), { recursive: true })),
  launch(site) {
    const settings = join(site.data, 'zookeeper.properties');
    const logging = join(site.data, 'log4j.properties');
    const jaas = join(site.data, 'jaas.conf');
    const options = [
      '-XX:+UseSerialGC',
      ...zookeeperJava,
      '-XX:-UsePerfData',
      jaasFlag(jaas),
      `-Dlog4j.configuration=${pathToFileURL(logging)}`,
    ];
    const jars = join(pomOf(zookeeperPom, site.downloads).folder, '*');
    const here = {
      clientPortAddress: '127.0.0.1',
      clientPort: String(site.port('ZOOKEEPER_PORT')),
      dataDir: join(site.data, 'tree'),
      'authProvider.sasl': 'org.apache.zookeeper.server.auth.SASLAuthenticationProvider',
      sessionRequireClientSASLAuth: 'true',
    };
    return {
      command: [java(), ...options, '-cp', jars, 'org.apache.zookeeper.server.quorum.QuorumPeerMain', settings],
      files: {
        [settings]: propertiesOf({ ...zookeeperSettings, ...here }),
        [logging]: log4j,
        [jaas]: zookeeperJaas('Server', site.password()),
      },
    };
  },
  ready,
  patience: { start: 60, stop: 10 },
};
