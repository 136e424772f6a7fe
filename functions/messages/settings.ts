/** What the lab's functions need beside the system's own settings; read once from the environment, checked, frozen. */
import { z } from 'zod';
import { ownEngines } from '../../infra/access/ownEngines.ts';
import { nativeEngines, usualHome } from '../nativeEngines.ts';
import { readSettings, type Settings } from '../settings.ts';
import { type OfTable, readTable, type VariableTable } from '../variables.ts';

/**
 * When a store says "saved". `disk`: the data is on the disk, and survives a power cut. `lazy`: the store writes within
 * a second or two by itself, and a crash may lose that much of what it has acknowledged.
 */
export const durabilities = ['disk', 'lazy'] as const;
/** LAB_DURABILITY, `disk` unless it is set. */
export type Durability = (typeof durabilities)[number];

const table = {
  databaseUrl: ['DATABASE_URL', z.url({ protocol: /^postgres(ql)?$/ })],
  igniteEndpoint: [
    'IGNITE_ENDPOINT',
    z
      .string()
      .regex(/^\S+:\d+$/, 'is host:port, like 127.0.0.1:10800')
      .default('127.0.0.1:10800'),
  ],
  durability: ['LAB_DURABILITY', z.enum(durabilities, `is ${durabilities.join(' or ')}`).default('disk')],
  /** Where `show` takes the messages: the page that `npm run lab -- show` serves, without the path `/messages`. */
  screenUrl: ['LAB_SCREEN_URL', z.url({ protocol: /^http$/ }).default('http://127.0.0.1:8090')],
} as const satisfies VariableTable;

/** `databaseUrl` is PostgreSQL's. */
export type LabSettings = Pick<Settings, 'redisUrl' | 'namespace' | 'access'> & OfTable<typeof table>;

/** @throws Mistake that names every variable at fault and what it should be */
export function readLabSettings(environment: Record<string, string | undefined> = process.env): LabSettings {
  const own = { ...environment, ...ownEngines(environment).addresses };
  const { sentinels: _, ...native } = nativeEngines(environment, usualHome);
  const { redisUrl, namespace, access } = readSettings(environment);
  return Object.freeze({ redisUrl, access, namespace, ...readTable(table, 'LAB_', own, native) });
}
