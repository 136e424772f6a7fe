import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterTells, nodeName, nodePorts, primaryName, sentinelPorts } from '../../access/nodes.ts';
import type { Engine, Port, Site } from '../engine.ts';
import { redis, redisLaunch, redisSettingsOf } from '../redis.ts';

/** ms without an answer after which a primary is taken for gone: a failover takes little more. */
const downAfter = 3000;

/**
 * A file that Redis itself writes to, to remember who is whose replica. It is made once; anew only where what we have put there
 * would be another, as with another port.
 */
async function ownFile(site: Site, text: string): Promise<void> {
  const [own, kept] = [join(site.data, 'own.conf'), join(site.data, 'own.kept')];
  if (existsSync(own) && existsSync(kept) && readFileSync(kept, 'utf8') === text) return;
  await mkdir(site.data, { recursive: true });
  for (const file of [own, kept]) {
    await rm(file, { force: true });
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
  }
}

const common = (ports: readonly [Port]) =>
  ({
    ...redis,
    ports,
    nodeOf: 'redis',
    peers: [...nodePorts.redis, ...sentinelPorts],
    tells: (site) => clusterTells.redis(({ variable }) => site.port(variable), site.password()),
  }) satisfies Partial<Engine>;

const nodes = nodePorts.redis.map((port, index): Engine => {
  const settings = (site: Site) => [
    ...redisSettingsOf(site, site.port(port.variable)),
    `masterauth ${site.password()}`,
    'repl-diskless-sync-delay 0',
  ];
  const replica = (site: Site) =>
    index === 0 ? [] : [`replicaof 127.0.0.1 ${site.port(nodePorts.redis[0].variable)}`];
  return {
    ...common([port]),
    name: nodeName('redis', index + 1),
    prepare: (site) => ownFile(site, [...settings(site), ...replica(site), ''].join('\n')),
    launch: (site) => redisLaunch(site, [join(site.data, 'own.conf')]),
  };
});

const sentinelSettings = (site: Site, { variable }: Port) => `bind 127.0.0.1
port ${site.port(variable)}
dir ${JSON.stringify(site.data)}
requirepass ${site.password()}
daemonize no
set-proc-title no
sentinel monitor ${primaryName} 127.0.0.1 ${site.port(nodePorts.redis[0].variable)} 2
sentinel auth-pass ${primaryName} ${site.password()}
sentinel down-after-milliseconds ${primaryName} ${downAfter}
sentinel failover-timeout ${primaryName} ${2 * downAfter}
`;

const sentinels = sentinelPorts.map((port, index): Engine => {
  return {
    ...common([port]),
    name: `redis-sentinel-${index + 1}`,
    title: 'Redis Sentinel',
    prepare: (site) => ownFile(site, sentinelSettings(site, port)),
    launch: (site) => redisLaunch(site, [join(site.data, 'own.conf'), '--sentinel']),
  };
});

/** A primary, its replica, and those who make the one the other when it is gone. */
export const redisNodes: readonly Engine[] = [...nodes, ...sentinels];
