import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { clusterTells, nodeName, nodePorts, primaryName, sentinelPorts } from '../../access/nodes.ts';
import type { Engine, Port, Site } from '../engine.ts';
import { redis, redisLaunch, redisSettingsOf } from '../redis.ts';

/** ms without an answer after which a primary is taken for gone: a failover takes little more. */
const downAfter = 3000;

/** Of a node: its settings, and `before`, what it has noted in its file so far, from which its role is taken. */
type SettingsOf = (site: Site, before?: string) => readonly string[];

/**
 * Its file is one that Redis itself writes to, to remember who is whose replica. Where what is put there is another, as with
 * another port, the file is made anew, and the role is kept: a primary made a replica of an older one would lose what is newer.
 * @param flags of the server
 */
function remembering(settingsOf: SettingsOf, ...flags: string[]): Pick<Engine, 'prepare' | 'launch'> {
  const fileIn = ({ data }: Site, name: string) => join(data, name);
  const textOf = (site: Site, before?: string) => [...settingsOf(site, before), ''].join('\n');
  return {
    async prepare(site) {
      const [own, kept] = [fileIn(site, 'own.conf'), fileIn(site, 'own.kept')];
      const before = existsSync(own) ? readFileSync(own, 'utf8') : undefined;
      if (before !== undefined && existsSync(kept) && readFileSync(kept, 'utf8') === textOf(site)) return;
      await mkdir(site.data, { recursive: true });
      await rm(`${own}.new`, { force: true });
      await writeFile(`${own}.new`, textOf(site, before), { flag: 'wx', mode: 0o600 });
      await rename(`${own}.new`, own);
    },
    launch: (site) => ({
      ...redisLaunch(site, [fileIn(site, 'own.conf'), ...flags]),
      files: { [fileIn(site, 'own.kept')]: textOf(site) },
    }),
  };
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
  const settings: SettingsOf = (site, before) => {
    const isReplica = before === undefined ? index > 0 : /^(replicaof|slaveof) /m.test(before);
    const other = site.port(nodePorts.redis[index === 0 ? 1 : 0].variable);
    return [
      ...redisSettingsOf(site, site.port(port.variable)),
      `masterauth ${site.password()}`,
      'repl-diskless-sync-delay 0',
      ...(isReplica ? [`replicaof 127.0.0.1 ${other}`] : []),
    ];
  };
  return { ...common([port]), ...remembering(settings), name: nodeName('redis', index + 1) };
});

/** The ports of the primary and of its replica: a sentinel notes the primary's, and which one was the first node's. */
function portsByRole(site: Site, before = ''): number[] {
  const ports = nodePorts.redis.map(({ variable }) => site.port(variable));
  const first = Number(/^# first (\d+)$/m.exec(before)?.[1] ?? ports[0]);
  const noted = Number(/^sentinel monitor \S+ \S+ (\d+)/m.exec(before)?.[1] ?? first);
  return noted === first ? ports : ports.toReversed();
}

const sentinelSettings =
  ({ variable }: Port): SettingsOf =>
  (site, before) => {
    const [primary, replica] = portsByRole(site, before);
    return [
      `# first ${site.port(nodePorts.redis[0].variable)}`,
      'bind 127.0.0.1',
      `port ${site.port(variable)}`,
      `dir ${JSON.stringify(site.data)}`,
      `requirepass ${site.password()}`,
      'daemonize no',
      'set-proc-title no',
      `sentinel monitor ${primaryName} 127.0.0.1 ${primary} 2`,
      `sentinel auth-pass ${primaryName} ${site.password()}`,
      `sentinel down-after-milliseconds ${primaryName} ${downAfter}`,
      `sentinel failover-timeout ${primaryName} ${2 * downAfter}`,
      // One that was away at a failover takes itself for the primary still, until it is told.
      `sentinel known-replica ${primaryName} 127.0.0.1 ${replica}`,
      // By these a sentinel that was away then believes the others.
      ...(before?.match(/^sentinel (config-epoch|current-epoch) .*$/gm) ?? []),
    ];
  };

const sentinels = sentinelPorts.map((port, index): Engine => {
  return {
    ...common([port]),
    ...remembering(sentinelSettings(port), '--sentinel'),
    name: `redis-sentinel-${index + 1}`,
    title: 'Redis Sentinel',
  };
});

/** A primary, its replica, and those who make the one the other when it is gone. */
export const redisNodes: readonly Engine[] = [...nodes, ...sentinels];
