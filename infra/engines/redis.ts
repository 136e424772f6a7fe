import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { redisOptions } from '../access/clientOptions.ts';
import { unpackDebian } from './debian.ts';
import type { Asked, Engine, Launch, Site } from './engine.ts';
import { findProgram } from './java.ts';

const oldest = 6.2;
const unpacked = (site: Site) => join(site.downloads, 'redis-debian');

/** The system's own server, where it is new enough for BullMQ. */
function systemServer(): string | undefined {
  const path = findProgram('redis-server');
  if (!path) return undefined;
  const version = /v=(\d+\.\d+)/.exec(execFileSync(path, ['--version'], { encoding: 'utf8' }))?.[1];
  return Number(version) >= oldest ? path : undefined;
}

/** What holds wherever it runs, here or in a container. */
export const redisSettings: Readonly<Record<string, string>> = {
  appendonly: 'yes',
  appendfsync: 'everysec',
  // Orders and timers are here: refuse a write rather than forget one.
  'maxmemory-policy': 'noeviction',
  // Below what its container may have: one that the kernel ends reads the same back from its log, and is ended again.
  maxmemory: '768mb',
  // Timers fire on Redis' clock: at the usual 10 the late 1 % of them are 94 ms late, at 100 they are 14 ms late.
  hz: '100',
  // The append-only file is the copy; a snapshot beside it would double the writing.
  save: '""',
};

/** Lines of its file. @param port where it listens */
export const redisSettingsOf = (site: Site, port: number): string[] => [
  'bind 127.0.0.1',
  `port ${port}`,
  `dir ${JSON.stringify(site.data)}`,
  `requirepass ${site.password()}`,
  'daemonize no',
  // A rewritten title would overwrite the environment by which the supervisor knows its own.
  'set-proc-title no',
  ...Object.entries(redisSettings).map(([name, value]) => `${name} ${value}`),
];

/** @param args the server's own, a file of settings first */
export function redisLaunch(site: Site, args: readonly string[]): Launch {
  const system = systemServer();
  const folder = unpacked(site);
  const libraries = ['x86_64-linux-gnu', 'aarch64-linux-gnu'].map((machine) => join(folder, 'usr/lib', machine));
  return {
    command: [system ?? join(folder, 'usr/bin/redis-server'), ...args],
    environment: system ? {} : { LD_LIBRARY_PATH: libraries.filter((each) => existsSync(each)).join(':') },
  };
}

function launch(site: Site): Launch {
  const file = join(site.data, 'redis.conf');
  const text = [...redisSettingsOf(site, site.port('REDIS_PORT')), ''].join('\n');
  return { ...redisLaunch(site, [file]), files: { [file]: text } };
}

async function ready(address: string, { access }: Asked): Promise<void> {
  const { Redis } = await import('ioredis');
  const client = new Redis(address, {
    ...redisOptions(address, access),
    lazyConnect: true,
    retryStrategy: null,
    sentinelRetryStrategy: () => null,
    maxRetriesPerRequest: 0,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.ping();
  } finally {
    client.disconnect();
  }
}

/** The system's own server from 6.2 on, else Debian's; `install` throws EngineFault where neither can be had. */
export const redis: Engine = {
  name: 'redis',
  title: 'Redis 7',
  external: 'REDIS_URL',
  ports: [{ variable: 'REDIS_PORT', usual: 6379 }],
  address: (port, password) => `redis://:${password()}@127.0.0.1:${port}`,
  async install(site) {
    if (!systemServer()) await unpackDebian('Redis', 'redis-server', unpacked(site), site);
  },
  launch,
  ready,
  patience: { start: 60, stop: 10 },
};
