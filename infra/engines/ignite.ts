import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { igniteOptions } from '../access/clientOptions.ts';
import { type EngineAccess, igniteUser } from '../access/ownEngines.ts';
import { run } from './command.ts';
import type { Asked, Engine, Site } from './engine.ts';
import { takePossession, usualEntry } from './igniteLogin.ts';
import { java } from './java.ts';
import { download, pomOf } from './maven.ts';

const jars = (site: Site) => join(pomOf('ignite', site.downloads).folder, '*');

/** What Ignite reaches into, and Java keeps closed since version 16. */
const opened: Readonly<Record<string, readonly string[]>> = {
  'java.base': [
    'jdk.internal.access',
    'jdk.internal.misc',
    'sun.nio.ch',
    'sun.util.calendar',
    'sun.reflect.generics.reflectiveObjects',
    'java.io',
    'java.nio',
    'java.net',
    'java.util',
    'java.util.concurrent',
    'java.util.concurrent.locks',
    'java.util.concurrent.atomic',
    'java.lang',
    'java.lang.invoke',
    'java.math',
    'java.time',
  ],
  'java.management': ['com.sun.jmx.mbeanserver'],
  'jdk.management': ['com.sun.management.internal'],
  'jdk.internal.jvmstat': ['sun.jvmstat.monitor'],
  'java.sql': ['java.sql'],
};

const opens = Object.entries(opened).flatMap(([module, packages]) =>
  packages.map((name) => `--add-opens=${module}/${name}=ALL-UNNAMED`),
);

/** `disk` waits for the disk, as PostgreSQL does; `lazy` has the log written within two seconds. */
const walMode = (site: Site) => (site.variable('LAB_DURABILITY') === 'lazy' ? 'BACKGROUND' : 'FSYNC');

const bean = (name: string, properties: string) => `<bean class="org.apache.ignite.${name}">${properties}</bean>`;
const property = (name: string, value: string) =>
  value.startsWith('<')
    ? `<property name="${name}">${value}</property>`
    : `<property name="${name}" value="${value.replaceAll('&', '&amp;').replaceAll('"', '&quot;')}"/>`;

/** Java's flags, here and in a container; the data region, of up to 1 GiB, lies outside this heap. */
export const igniteHeap = ['-Xms128m', '-Xmx512m'] as const;

type Node = Readonly<{
  work: string;
  /** The address that it listens at. */
  host: string;
  ports: Readonly<{ client: number; communication: number }>;
  walMode: string;
  /** Whether it asks for user and password. */
  login: boolean;
}>;

/** One node that neither looks for others nor lets any join it; the same here and in a container. */
export function nodeConfiguration({ work, host, ports, walMode, login }: Node): string {
  const region = [property('persistenceEnabled', 'true'), property('maxSize', String(1024 ** 3))].join('');
  const storage = [
    property('defaultDataRegionConfiguration', bean('configuration.DataRegionConfiguration', region)),
    property('walMode', walMode),
    property('walSegments', '4'),
  ].join('');
  const client = [property('port', String(ports.client)), property('portRange', '0')].join('');
  const communication = [property('localPort', String(ports.communication)), property('localPortRange', '0')].join('');
  const node = [
    property('workDirectory', work),
    property('localHost', host),
    property('connectorConfiguration', '<null/>'),
    property('clientConnectorConfiguration', bean('configuration.ClientConnectorConfiguration', client)),
    property('communicationSpi', bean('spi.communication.tcp.TcpCommunicationSpi', communication)),
    property('discoverySpi', bean('spi.discovery.isolated.IsolatedDiscoverySpi', '')),
    property('dataStorageConfiguration', bean('configuration.DataStorageConfiguration', storage)),
    property('authenticationEnabled', String(login)),
  ].join('\n');
  return `<?xml version="1.0" encoding="UTF-8"?>
<beans xmlns="http://www.springframework.org/schema/beans" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xsi:schemaLocation="http://www.springframework.org/schema/beans http://www.springframework.org/schema/beans/spring-beans.xsd">
${bean('configuration.IgniteConfiguration', node)}
</beans>
`;
}

const configuration = (site: Site): string =>
  nodeConfiguration({
    work: join(site.data, 'work'),
    host: '127.0.0.1',
    ports: {
      client: site.port('IGNITE_PORT'),
      communication: site.port('IGNITE_COMMUNICATION_PORT'),
    },
    walMode: walMode(site),
    login: true,
  });

/**
 * A cluster that keeps its data waits, when it is new, for somebody to say that all its nodes are there.
 * @param entry what the command says to be let in
 */
export async function activate(site: Site, entry: readonly string[]): Promise<void> {
  const done = join(site.data, 'work', 'activated');
  if (existsSync(done)) return;
  site.progress('activating the new cluster');
  const node = ['--host', '127.0.0.1', '--port', String(site.port('IGNITE_PORT')), ...entry];
  const handler = ['org.apache.ignite.internal.commandline.CommandHandler', ...node, '--set-state', 'ACTIVE', '--yes'];
  await run('Activating Ignite', [java(), ...opens, '-cp', jars(site), ...handler], { cwd: site.data });
  // Never through a link: the folder is the engine's user's.
  await writeFile(done, '', { flag: 'wx' });
}

/** The port opens long before the node is usable, and a client that comes too early can kill it: its log tells. */
async function ready(address: string, { log, access }: Asked): Promise<void> {
  if (log === undefined) return greet(address, access);
  if (!(await readFile(log, 'utf8')).includes('Ignite node started OK')) throw new Error('it is still starting');
}

async function greet(address: string, access: EngineAccess): Promise<void> {
  const { default: IgniteClient } = await import('apache-ignite-client');
  const client = new IgniteClient();
  try {
    await client.connect(igniteOptions(IgniteClient, address, access));
  } finally {
    client.disconnect();
  }
}

/** Reached by the port of its thin clients. A new cluster takes requests only after `settle` has activated it, and then from us alone. */
export const ignite: Engine = {
  name: 'ignite',
  title: 'Ignite 2.17.0',
  external: 'IGNITE_ENDPOINT',
  ports: [
    { variable: 'IGNITE_PORT', usual: 10_800 },
    // Ignite's own, 47100, is among those that the system gives to anybody's outgoing connections.
    { variable: 'IGNITE_COMMUNICATION_PORT', usual: 10_802 },
  ],
  address: (port) => `127.0.0.1:${port}`,
  tells: (site) => ({ IGNITE_USER: igniteUser, IGNITE_PASSWORD: site.password(), IGNITE_TLS: 'false' }),
  install: (site) => download('ignite', 'copy-dependencies', site),
  launch(site) {
    const settings = join(site.data, 'ignite.xml');
    const options = ['-XX:+UseSerialGC', ...igniteHeap, '-XX:-UsePerfData', '-Djava.net.preferIPv4Stack=true'];
    const quiet = [
      '-DIGNITE_NO_ASCII=true',
      '-DIGNITE_UPDATE_NOTIFIER=false',
      '-DIGNITE_PERFORMANCE_SUGGESTIONS_DISABLED=true',
    ];
    return {
      command: [
        java(),
        ...opens,
        ...options,
        ...quiet,
        '-cp',
        jars(site),
        'org.apache.ignite.startup.cmdline.CommandLineStartup',
        settings,
      ],
      files: { [settings]: configuration(site) },
    };
  },
  ready,
  async settle(site) {
    await activate(site, usualEntry);
    await takePossession(site);
  },
  patience: { start: 120, stop: 30 },
};
