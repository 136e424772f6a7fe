import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { z } from 'zod';
import { systemClock } from '../clock.ts';
import { versions } from './compose/parts.ts';

const root = resolve(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** Of a release that has ended, or of which no end is told, the table says why it is used all the same. */
const row = z.union([
  z.strictObject({ until: z.iso.date(), by: z.string().min(1) }),
  z.strictObject({ ended: z.string().min(1) }),
  z.strictObject({ untold: z.string().min(1) }),
]);
const table = z.record(z.string(), row).parse(JSON.parse(read('infra/engines/supportEnds.json')));

const minor = (version: string) => version.replace(/^v/, '').split('.').slice(0, 2).join('.');
const major = (version: string) => version.split('.')[0];
const every = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, version = '']) => version);

/** What engines, images, CI and this machine's Node are of, each as its own makers count releases. */
function used(): string[] {
  const { kafka, kafkaZookeeper, redis, elasticsearch, postgres, ignite, kafbat, node } = versions;
  const [workflow, image] = [read('.github/workflows/test.yml'), read('infra/image/Dockerfile')];
  return [
    ...[kafka, kafkaZookeeper].map((version) => `kafka ${minor(version)}`),
    `redis ${minor(redis)}`,
    `elasticsearch ${minor(elasticsearch)}`,
    `postgres ${major(postgres)}`,
    `ignite ${minor(ignite)}`,
    `kafbat ${minor(kafbat)}`,
    ...[node, ...every(workflow, /node-version: (\d+)/g), ...every(image, /FROM node:(\d+)/g)].map(
      (version) => `node ${major(version)}`,
    ),
    ...every(workflow, /java-version: (\d+)/g).map((version) => `java ${version}`),
    ...every(image, /FROM node:[\d.]+-(\w+)/g).map((name) => `debian ${name}`),
  ];
}

/** @returns what is wrong with a release on a day, or nothing */
function faultOf(release: string, day: string): string | undefined {
  const known = table[release];
  if (!known) return `${release}: look up until when it is mended, and write it into infra/engines/supportEnds.json`;
  return 'until' in known && known.until < day ? `${release} is not mended since ${known.until}: raise it` : undefined;
}

test('no release is used that nobody mends any more', () => {
  const today = new Date(systemClock.now()).toISOString().slice(0, 10);
  const releases = [...new Set(used())];
  assert.deepEqual(
    releases.flatMap((release) => faultOf(release, today) ?? []),
    [],
  );
  assert.deepEqual(Object.keys(table).sort(), releases.sort(), 'the table holds what is used, and no other');
});

test('a release that has ended is refused, and so is one of which nothing is known', () => {
  assert.equal(faultOf('postgres 15', '2027-11-11'), undefined);
  assert.match(faultOf('postgres 15', '2027-11-12') ?? '', /not mended since 2027-11-11: raise it/);
  assert.match(faultOf('redis 7.0', '2026-01-01') ?? '', /look up until when/);
});
