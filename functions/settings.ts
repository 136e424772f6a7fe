/**
 * Every setting of the system, read once from the environment, checked, then frozen.
 * An unknown `DESPACHO_…` variable is refused, so that a misspelt one cannot be silently ignored.
 */

import { z } from 'zod';
import { type EngineAccess, ownEngines } from '../infra/access/ownEngines.ts';
import { Mistake } from '../infra/faults.ts';
import { nativeEngines, usualHome } from './nativeEngines.ts';
import { type Language, languages, usualWaits } from './orders/lifecycle.ts';
import { usualPartitions } from './orders/topics.ts';
import { brokers, flag, hostAndPort, nodeUrls, number, range, ranges } from './settingForms.ts';

/** What a process of the system can be asked to be, in the order in which it comes up. */
export const partNames = ['dispatcher', 'timers', 'gateway', 'console'] as const;
/** One of what DESPACHO_PARTS lists; a process is all of them unless it is set. */
export type PartName = (typeof partNames)[number];

const someParts = z
  .string()
  .transform((list) => list.split(','))
  .pipe(z.array(z.enum(partNames, `is some of ${partNames.join(',')}`)));

const schema = z.strictObject({
  KAFKA_BROKERS: brokers,
  REDIS_URL: z.url({ protocol: /^rediss?$/ }),
  ELASTICSEARCH_URL: nodeUrls,
  SMTP_URL: z.url({ protocol: /^smtps?$/ }),
  INBOX_URL: z.url({ protocol: /^https?$/ }),
  /** Put before every topic, consumer group, Redis key and index, so that systems can share engines. */
  DESPACHO_NAMESPACE: z
    .string()
    .regex(/^([a-z0-9-]+\.)?$/, 'is lower-case letters, digits or "-", ended by a dot')
    .default(''),
  /** Seconds spent in each state that is left, in the lifecycle's order, which also has the usual ones. */
  DESPACHO_WAITS: ranges.prefault(usualWaits.join()),
  /** Seconds from the order to the delivery told to the customer. */
  DESPACHO_ESTIMATE: range.prefault('12-20'),
  /** Divides every wait: 60 makes a minute a second. An order may bring its own. */
  DESPACHO_CLOCK: number.pipe(z.number().min(0.001).max(1_000_000)).default(1),
  /** Probability that a delivery fails and the order goes back one state. */
  DESPACHO_SETBACK: number.pipe(z.number().min(0).max(1)).default(0),
  DESPACHO_SEED: number.pipe(z.number().int()).default(1),
  DESPACHO_LANGUAGE: z.enum(languages).default('es'),
  DESPACHO_METRICS: flag.prefault('true'),
  DESPACHO_EMAIL: flag.prefault('true'),
  /** Width in ms of a timer slot: orders due within one share an alarm. */
  DESPACHO_TIMER_SLOT: number.pipe(z.number().int().min(1).max(1000)).default(50),
  /** Hours that Redis knows a finished order; the log knows it for ever. */
  DESPACHO_KEEP_FINISHED: number.pipe(z.number().min(0.001).max(8760)).default(24),
  /** Of each topic that is made: as many invocations at a time a function can have in partition order. */
  DESPACHO_PARTITIONS: number.pipe(z.number().int().min(1).max(1000)).default(usualPartitions),
  /** Copies of each topic that is made; -1 leaves it to the brokers (`default.replication.factor`). */
  DESPACHO_REPLICATION: number
    .pipe(z.union([z.literal(-1), z.number().int().min(1).max(9)], 'is 1 to 9, or -1 for what the brokers say'))
    .default(-1),
  /** What of the system this process is; the others run elsewhere, on the same engines. */
  DESPACHO_PARTS: someParts.prefault(partNames.join()),
  DESPACHO_GRPC_ADDRESS: hostAndPort.default('127.0.0.1:50051'),
  /** Files in PEM: TLS, without which the gateway listens to this machine alone. */
  DESPACHO_GRPC_CERTIFICATE: z.string().default(''),
  DESPACHO_GRPC_KEY: z.string().default(''),
  DESPACHO_GRPC_CLIENT_CA: z.string().default(''),
  /** A file of who may call, by which keys or certificates, and what each may do. */
  DESPACHO_GRPC_CALLERS: z.string().default(''),
  /** A file of what ids are made with from idempotency keys: the same for every gateway of a system. */
  DESPACHO_GRPC_SECRET: z.string().default(''),
  /** What our own commands call the gateway with: the authority of its certificate, and a file that holds their key. */
  DESPACHO_GRPC_CA: z.string().default(''),
  DESPACHO_GRPC_API_KEY: z.string().default(''),
  /** Where the console page and its WebSocket are, as a browser reaches them. */
  DESPACHO_CONSOLE_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3000'),
  DESPACHO_CONSOLE_SOCKET: z.url({ protocol: /^wss?$/ }).default('ws://127.0.0.1:3001'),
  /** Where the console's door listens, for others than this machine: over TLS, by files in PEM. */
  DESPACHO_CONSOLE_ADDRESS: z.union([z.literal(''), hostAndPort]).default(''),
  DESPACHO_CONSOLE_CERTIFICATE: z.string().default(''),
  DESPACHO_CONSOLE_KEY: z.string().default(''),
  /** A file of who may come in through it; unless set, whoever has a role's password. */
  DESPACHO_CONSOLE_PEOPLE: z.string().default(''),
  KIBANA_URL: z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:5601'),
});

/** The settings of the system, checked and frozen; README.md tells each variable. */
export type Settings = Readonly<{
  /** What the engines ask for beside their addresses. */
  access: EngineAccess;
  kafkaBrokers: string[];
  redisUrl: string;
  /** Of each node, with commas between them. */
  elasticsearchUrl: string;
  smtpUrl: string;
  inboxUrl: string;
  namespace: string;
  waits: { low: number; high: number }[];
  estimate: { low: number; high: number };
  clock: number;
  setback: number;
  seed: number;
  language: Language;
  metrics: boolean;
  email: boolean;
  timerSlot: number;
  keepFinished: number;
  partitions: number;
  replication: number;
  parts: readonly PartName[];
  grpcAddress: string;
  grpcCertificate: string;
  grpcKey: string;
  grpcClientAuthority: string;
  grpcCallers: string;
  grpcSecret: string;
  grpcAuthority: string;
  grpcApiKey: string;
  consoleUrl: string;
  consoleSocket: string;
  consoleAddress: string;
  consoleCertificate: string;
  consoleKey: string;
  consolePeople: string;
  kibanaUrl: string;
}>;

/** The names that `readSettings` takes from the environment. */
export const settingNames = Object.keys(schema.shape);

/**
 * Reads the settings; `environment` is `process.env` unless a test brings its own.
 * @param home of the engines that were started on this machine, which tells where those are
 * @throws Error that names every variable at fault and what it should be
 */
export function readSettings(
  environment: Record<string, string | undefined> = process.env,
  home = usualHome,
): Settings {
  const { addresses, access } = ownEngines(environment);
  const own = Object.entries({ ...environment, ...addresses }).filter(
    ([name, value]) => value !== undefined && (name.startsWith('DESPACHO_') || settingNames.includes(name)),
  );
  const { DATABASE_URL: _, sentinels, ...native } = nativeEngines(environment, home);
  const read = schema.safeParse({ ...native, ...Object.fromEntries(own) });
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || 'environment'}: ${message}`);
    throw new Mistake(
      'setting',
      `Settings cannot be used: ${faults.join('; ')}. Correct or unset these environment variables.`,
    );
  }
  const set = read.data;
  return Object.freeze({
    access: addresses.REDIS_URL === undefined && sentinels ? { ...access, redis: { sentinels } } : access,
    kafkaBrokers: set.KAFKA_BROKERS,
    redisUrl: set.REDIS_URL,
    elasticsearchUrl: set.ELASTICSEARCH_URL,
    smtpUrl: set.SMTP_URL,
    inboxUrl: set.INBOX_URL,
    namespace: set.DESPACHO_NAMESPACE,
    waits: set.DESPACHO_WAITS,
    estimate: set.DESPACHO_ESTIMATE,
    clock: set.DESPACHO_CLOCK,
    setback: set.DESPACHO_SETBACK,
    seed: set.DESPACHO_SEED,
    language: set.DESPACHO_LANGUAGE,
    metrics: set.DESPACHO_METRICS,
    email: set.DESPACHO_EMAIL,
    timerSlot: set.DESPACHO_TIMER_SLOT,
    keepFinished: set.DESPACHO_KEEP_FINISHED,
    partitions: set.DESPACHO_PARTITIONS,
    replication: set.DESPACHO_REPLICATION,
    parts: set.DESPACHO_PARTS,
    grpcAddress: set.DESPACHO_GRPC_ADDRESS,
    grpcCertificate: set.DESPACHO_GRPC_CERTIFICATE,
    grpcKey: set.DESPACHO_GRPC_KEY,
    grpcClientAuthority: set.DESPACHO_GRPC_CLIENT_CA,
    grpcCallers: set.DESPACHO_GRPC_CALLERS,
    grpcSecret: set.DESPACHO_GRPC_SECRET,
    grpcAuthority: set.DESPACHO_GRPC_CA,
    grpcApiKey: set.DESPACHO_GRPC_API_KEY,
    consoleUrl: set.DESPACHO_CONSOLE_URL,
    consoleSocket: set.DESPACHO_CONSOLE_SOCKET,
    consoleAddress: set.DESPACHO_CONSOLE_ADDRESS,
    consoleCertificate: set.DESPACHO_CONSOLE_CERTIFICATE,
    consoleKey: set.DESPACHO_CONSOLE_KEY,
    consolePeople: set.DESPACHO_CONSOLE_PEOPLE,
    kibanaUrl: set.KIBANA_URL,
  });
}
