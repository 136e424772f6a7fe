/**
 * Every setting of the system, read once from the environment, checked, then frozen.
 * An unknown `DESPACHO_…` variable is refused, so that a misspelt one cannot be silently ignored.
 */

import { z } from 'zod';
import type { EngineAccess } from '../infra/access/ownEngines.ts';
import { knownEngines, usualHome } from './nativeEngines.ts';
import { languages, usualWaits } from './orders/lifecycle.ts';
import { usualPartitions } from './orders/topics.ts';
import { brokers, hostAndPort, nodeUrls, number, range, ranges, yesOrNo } from './settingForms.ts';
import { type OfTable, readTable, type VariableTable } from './variables.ts';

/** What a process of the system can be asked to be, in the order in which it comes up. */
export const partNames = ['dispatcher', 'timers', 'gateway', 'console'] as const;
/** One of what DESPACHO_PARTS lists; a process is all of them unless it is set. */
export type PartName = (typeof partNames)[number];

const someParts = z
  .string()
  .transform((list) => list.split(','))
  .pipe(z.array(z.enum(partNames, `is some of ${partNames.join(',')}`)));

const table = {
  kafkaBrokers: ['KAFKA_BROKERS', brokers],
  redisUrl: ['REDIS_URL', z.url({ protocol: /^rediss?$/ })],
  elasticsearchUrl: ['ELASTICSEARCH_URL', nodeUrls],
  smtpUrl: ['SMTP_URL', z.url({ protocol: /^smtps?$/ })],
  inboxUrl: ['INBOX_URL', z.url({ protocol: /^https?$/ })],
  /** Put before every topic, consumer group, Redis key and index, so that systems can share engines. */
  namespace: [
    'DESPACHO_NAMESPACE',
    z
      .string()
      .regex(/^([a-z0-9-]+\.)?$/, 'is lower-case letters, digits or "-", ended by a dot')
      .default(''),
  ],
  /** Seconds spent in each state that is left, in the lifecycle's order, which also has the usual ones. */
  waits: ['DESPACHO_WAITS', ranges.prefault(usualWaits.join())],
  /** Seconds from the order to the delivery told to the customer. */
  estimate: ['DESPACHO_ESTIMATE', range.prefault('12-20')],
  /** Divides every wait: 60 makes a minute a second. An order may bring its own. */
  clock: ['DESPACHO_CLOCK', number.pipe(z.number().min(0.001).max(1_000_000)).default(1)],
  /** Probability that a delivery fails and the order goes back one state. */
  setback: ['DESPACHO_SETBACK', number.pipe(z.number().min(0).max(1)).default(0)],
  seed: ['DESPACHO_SEED', number.pipe(z.number().int()).default(1)],
  language: ['DESPACHO_LANGUAGE', z.enum(languages).default('es')],
  metrics: ['DESPACHO_METRICS', yesOrNo.prefault('true')],
  email: ['DESPACHO_EMAIL', yesOrNo.prefault('true')],
  /** Width in ms of a timer slot: orders due within one share an alarm. */
  timerSlot: ['DESPACHO_TIMER_SLOT', number.pipe(z.number().int().min(1).max(1000)).default(50)],
  /** Hours that Redis knows a finished order; the log knows it for ever. */
  keepFinished: ['DESPACHO_KEEP_FINISHED', number.pipe(z.number().min(0.001).max(8760)).default(24)],
  /** Days that the inbox that is started here keeps a letter. */
  keepLetters: ['DESPACHO_KEEP_LETTERS', number.pipe(z.number().gt(0).max(3650)).default(30)],
  /** Days that Elasticsearch keeps a document; for ever unless it is set. */
  keepDocuments: ['DESPACHO_KEEP_DOCUMENTS', number.pipe(z.number().min(0.001).max(36_500)).optional()],
  /** Of each topic that is made: as many invocations at a time a function can have in partition order. */
  partitions: ['DESPACHO_PARTITIONS', number.pipe(z.number().int().min(1).max(1000)).default(usualPartitions)],
  /** Copies of each topic that is made; -1 leaves it to the brokers (`default.replication.factor`). */
  replication: [
    'DESPACHO_REPLICATION',
    number
      .pipe(z.union([z.literal(-1), z.number().int().min(1).max(9)], 'is 1 to 9, or -1 for what the brokers say'))
      .default(-1),
  ],
  /** What of the system this process is; the others run elsewhere, on the same engines. */
  parts: ['DESPACHO_PARTS', someParts.prefault(partNames.join())],
  grpcAddress: ['DESPACHO_GRPC_ADDRESS', hostAndPort.default('127.0.0.1:50051')],
  /** Files in PEM: TLS, without which the gateway listens to this machine alone. */
  grpcCertificate: ['DESPACHO_GRPC_CERTIFICATE', z.string().default('')],
  grpcKey: ['DESPACHO_GRPC_KEY', z.string().default('')],
  grpcClientAuthority: ['DESPACHO_GRPC_CLIENT_CA', z.string().default('')],
  /** A file of who may call, by which keys or certificates, and what each may do. */
  grpcCallers: ['DESPACHO_GRPC_CALLERS', z.string().default('')],
  /** A file of what ids are made with from idempotency keys: the same for every gateway of a system. */
  grpcSecret: ['DESPACHO_GRPC_SECRET', z.string().default('')],
  /** Seconds after which a connection from elsewhere takes no further call. */
  grpcConnectionAge: ['DESPACHO_GRPC_CONNECTION_AGE', number.pipe(z.number().min(1).max(86_400)).default(3600)],
  /** What our own commands call the gateway with: the authority of its certificate, and a file that holds their key. */
  grpcAuthority: ['DESPACHO_GRPC_CA', z.string().default('')],
  grpcApiKey: ['DESPACHO_GRPC_API_KEY', z.string().default('')],
  /** Where the console page and its WebSocket are, as a browser reaches them. */
  consoleUrl: ['DESPACHO_CONSOLE_URL', z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:3000')],
  consoleSocket: ['DESPACHO_CONSOLE_SOCKET', z.url({ protocol: /^wss?$/ }).default('ws://127.0.0.1:3001')],
  /** Where the console's door listens, for others than this machine: over TLS, by files in PEM. */
  consoleAddress: ['DESPACHO_CONSOLE_ADDRESS', z.union([z.literal(''), hostAndPort]).default('')],
  consoleCertificate: ['DESPACHO_CONSOLE_CERTIFICATE', z.string().default('')],
  consoleKey: ['DESPACHO_CONSOLE_KEY', z.string().default('')],
  /** A file of who may come in through it; unless set, whoever has a role's password. */
  consolePeople: ['DESPACHO_CONSOLE_PEOPLE', z.string().default('')],
  kibanaUrl: ['KIBANA_URL', z.url({ protocol: /^https?$/ }).default('http://127.0.0.1:5601')],
} as const satisfies VariableTable;

/** The settings of the system, checked and frozen; README.md tells each variable. */
export type Settings = Readonly<{
  /** What the engines ask for beside their addresses. */
  access: EngineAccess;
}> &
  OfTable<typeof table>;

/** The names that `readSettings` takes from the environment. */
export const settingNames: readonly string[] = Object.values(table).map(([name]) => name);

/**
 * Reads the settings; `environment` is `process.env` unless a test brings its own.
 * @param home of the engines that were started on this machine, which tells where those are
 * @throws Error that names every variable at fault and what it should be
 */
export function readSettings(
  environment: Record<string, string | undefined> = process.env,
  home = usualHome,
): Settings {
  const { own, native, access } = knownEngines(environment, home);
  return Object.freeze({ ...readTable(table, 'DESPACHO_', { ...environment, ...own }, native), access });
}
