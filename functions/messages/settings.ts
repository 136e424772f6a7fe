/** What the lab's functions need beside the system's own settings; read once from the environment, checked, frozen. */
import { z } from 'zod';
import { knownEngines, usualHome } from '../nativeEngines.ts';
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
  igniteEndpoint: ['IGNITE_ENDPOINT', z.string().regex(/^\S+:\d+$/, 'is host:port, like 127.0.0.1:10800')],
  durability: ['LAB_DURABILITY', z.enum(durabilities, `is ${durabilities.join(' or ')}`).default('disk')],
  /** Where `show` takes the messages: the page that `npm run lab -- show` serves, without the path `/messages`. */
  screenUrl: ['LAB_SCREEN_URL', z.url({ protocol: /^http$/ }).default('http://127.0.0.1:8090')],
} as const satisfies VariableTable;

/** `databaseUrl` is PostgreSQL's. */
export type LabSettings = Pick<Settings, 'redisUrl' | 'namespace' | 'access'> & OfTable<typeof table>;

/**
 * @param home of the engines that were started on this machine
 * @throws Mistake that names every variable at fault and what it should be
 */
export function readLabSettings(
  environment: Record<string, string | undefined> = process.env,
  home = usualHome,
): LabSettings {
  const { own, native } = knownEngines(environment, home);
  const { redisUrl, namespace, access } = readSettings(environment, home);
  const set = readTable(table, 'LAB_', { ...environment, ...own }, native);
  return Object.freeze({ redisUrl, access, namespace, ...set });
}
