/** What the lab's functions need beside the system's own settings; read once from the environment, checked, frozen. */
import { z } from 'zod';
import { ownEngines } from '../../infra/access/ownEngines.ts';
import { Mistake } from '../../infra/faults.ts';
import { nativeEngines, usualHome } from '../nativeEngines.ts';
import { readSettings, type Settings } from '../settings.ts';

/**
 * When a store says "saved". `disk`: the data is on the disk, and survives a power cut. `lazy`: the store writes within
 * a second or two by itself, and a crash may lose that much of what it has acknowledged.
 */
export const durabilities = ['disk', 'lazy'] as const;
/** LAB_DURABILITY, `disk` unless it is set. */
export type Durability = (typeof durabilities)[number];

const schema = z.strictObject({
  DATABASE_URL: z.url({ protocol: /^postgres(ql)?$/ }),
  IGNITE_ENDPOINT: z
    .string()
    .regex(/^\S+:\d+$/, 'is host:port, like 127.0.0.1:10800')
    .default('127.0.0.1:10800'),
  LAB_DURABILITY: z.enum(durabilities, `is ${durabilities.join(' or ')}`).default('disk'),
  /** Where `show` takes the messages: the page that `npm run lab -- show` serves. */
  LAB_SCREEN_URL: z.url({ protocol: /^http$/ }).default('http://127.0.0.1:8090'),
});

/** `databaseUrl` is PostgreSQL's, `igniteEndpoint` is `host:port`, and `screenUrl` is without the path `/messages`. */
export type LabSettings = Pick<Settings, 'redisUrl' | 'namespace' | 'access'> &
  Readonly<{ databaseUrl: string; igniteEndpoint: string; durability: Durability; screenUrl: string }>;

/** @throws Error that names every variable at fault and what it should be */
export function readLabSettings(environment: Record<string, string | undefined> = process.env): LabSettings {
  const { addresses } = ownEngines(environment);
  const own = Object.entries({ ...environment, ...addresses }).filter(
    ([name, value]) => value !== undefined && (name.startsWith('LAB_') || name in schema.shape),
  );
  const read = schema.safeParse({
    DATABASE_URL: nativeEngines(environment, usualHome).DATABASE_URL,
    ...Object.fromEntries(own),
  });
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || 'environment'}: ${message}`);
    throw new Mistake(
      'setting',
      `Settings cannot be used: ${faults.join('; ')}. Correct or unset these environment variables.`,
    );
  }
  const { redisUrl, namespace, access } = readSettings(environment);
  return Object.freeze({
    redisUrl,
    access,
    namespace,
    databaseUrl: read.data.DATABASE_URL,
    igniteEndpoint: read.data.IGNITE_ENDPOINT,
    durability: read.data.LAB_DURABILITY,
    screenUrl: read.data.LAB_SCREEN_URL,
  });
}
