import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { elasticsearchOptions } from '../access/clientOptions.ts';
import { run } from './command.ts';
import type { Asked, Engine, Launch, Port, Site } from './engine.ts';
import { javaHome } from './java.ts';
import { propertyOf } from './kafka.ts';
import { download, pomOf } from './maven.ts';

/** The archive holds one folder, named after the version that the pom names. */
function distribution(site: Site): string {
  const { folder, title } = pomOf('elasticsearch', site.downloads);
  return join(folder, title.replace(' ', '-'));
}

/** What holds for a single node, here or in a container. */
export const nodeSettings: Readonly<Record<string, string>> = {
  'cluster.name': 'despacho',
  'node.name': 'despacho',
  'discovery.type': 'single-node',
};

/** One of several nodes, or a single one. `settings` name it and what it is to the others. */
type ElasticsearchNode = Readonly<{
  ports: readonly [http: Port, transport: Port];
  settings(site: Site): Readonly<Record<string, string>>;
}>;

/** A nearly full disk would otherwise make every index read-only. */
export const diskSettings: Readonly<Record<string, string>> = {
  'cluster.routing.allocation.disk.threshold_enabled': 'false',
};

/** Java's flags, here and in a container: all of its 512 MiB from the start. */
export const elasticsearchHeap = ['-Xms512m', '-Xmx512m'] as const;

const linesOf = (settings: Readonly<Record<string, string>>) =>
  Object.entries(settings)
    .map(([name, value]) => `${name}: ${value}`)
    .join('\n');

const settingsOf = (
  site: Site,
  { ports: [http, transport], settings }: ElasticsearchNode,
) => `${linesOf(settings(site))}
network.host: 127.0.0.1
http.port: ${site.port(http.variable)}
transport.port: ${site.port(transport.variable)}
xpack.security.enabled: true
xpack.security.enrollment.enabled: false
path.data: ${JSON.stringify(join(site.data, 'indices'))}
path.logs: ${JSON.stringify(join(site.data, 'logs'))}
# A nearly full disk would otherwise make every index read-only.
${linesOf(diskSettings)}
`;

/**
 * Only the quick compiler: with both, a start took 28 s of processor time instead of 12, the first 25,000 documents
 * 12 s instead of 4.5, and the fourth 25,000 as long.
 */
const jvmOptions = (site: Site) => `${elasticsearchHeap.join('\n')}
-XX:+UseSerialGC
-XX:TieredStopAtLevel=1
-XX:-AlwaysPreTouch
-XX:-UsePerfData
-XX:+ExitOnOutOfMemoryError
-Des.queryable_built_in_roles_enabled=false
-Djava.io.tmpdir=${join(site.data, 'tmp')}
-XX:ErrorFile=${join(site.data, 'crash.log')}
`;

const log4j = (site: Site) => `status = error
appender.file.type = File
appender.file.name = file
appender.file.fileName = ${propertyOf(join(dirname(site.log), basename(site.log)))}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{ISO8601} %p %c{1}: %m%n
rootLogger.level = warn
rootLogger.appenderRef.file.ref = file
logger.node.name = org.elasticsearch.node.Node
logger.node.level = info
`;

/** The password of the user elastic until somebody changes it. It is read from nowhere but the node's own keystore. */
async function keepPassword(site: Site): Promise<void> {
  const config = join(site.data, 'config');
  const kept = join(config, 'password.kept');
  if (existsSync(kept)) return;
  const keystore = join(distribution(site), 'bin/elasticsearch-keystore');
  // It makes the keystore, too.
  const add = 'printf %s "$PASSWORD" | "$1" add --stdin --force bootstrap.password';
  const environment = { ES_JAVA_HOME: javaHome() ?? '', ES_PATH_CONF: config, PASSWORD: site.password() };
  await run(
    "Keeping Elasticsearch's password",
    ['sh', '-c', `rm -f "$2"; ${add}`, 'sh', keystore, join(config, 'elasticsearch.keystore')],
    { environment },
  );
  await writeFile(kept, '', { flag: 'wx' });
}

function launchOf(site: Site, node: ElasticsearchNode): Launch {
  const config = join(site.data, 'config');
  return {
    // As a daemon, so that its launcher's own Java goes away; it returns when the node is ready.
    command: [join(distribution(site), 'bin/elasticsearch'), '-d'],
    environment: {
      ES_JAVA_HOME: javaHome() ?? '',
      ES_PATH_CONF: config,
      ES_TMPDIR: join(site.data, 'tmp'),
      CLI_JAVA_OPTS: '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC',
    },
    files: {
      [join(config, 'elasticsearch.yml')]: settingsOf(site, node),
      [join(config, 'jvm.options')]: jvmOptions(site),
      [join(config, 'log4j2.properties')]: log4j(site),
    },
  };
}

/** `GET /` is not in the minimal distribution; health is in every one. */
async function ready(address: string, { access }: Asked): Promise<void> {
  const { Client } = await import('@elastic/elasticsearch');
  const client = new Client({ ...elasticsearchOptions(address, access), maxRetries: 0, requestTimeout: 5000 });
  await client.cluster.health({ wait_for_status: 'yellow', timeout: '2s' }).finally(() => client.close());
}

/** Its user is `elastic`. The password is put into the node's keystore once, before the first start. */
export const elasticsearchOf = (name: string, node: ElasticsearchNode): Engine => ({
  name,
  title: 'Elasticsearch 8.19.21',
  external: 'ELASTICSEARCH_URL',
  ports: node.ports,
  address: (port, password) => `http://elastic:${password()}@127.0.0.1:${port}`,
  install: (site) => download('elasticsearch', 'unpack-dependencies', site),
  async prepare(site) {
    for (const folder of ['tmp', 'logs', 'config']) await mkdir(join(site.data, folder), { recursive: true });
    await keepPassword(site);
  },
  launch: (site) => launchOf(site, node),
  ready,
  patience: { start: 180, stop: 30 },
});

/** A single node. */
export const elasticsearch = elasticsearchOf('elasticsearch', {
  ports: [
    { variable: 'ELASTICSEARCH_PORT', usual: 9200 },
    { variable: 'ELASTICSEARCH_TRANSPORT_PORT', usual: 9300 },
  ],
  settings: () => nodeSettings,
});
