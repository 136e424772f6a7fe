/**
 * How the engines of a person's own are entered: the same variables for each, before which its name stands. Whatever they
 * hold may lie in a file instead, whose path `…_FILE` says, as secret stores and containers hand it over.
 */

import type { ConnectionOptions } from 'node:tls';
import { z } from 'zod';
import { Mistake } from '../faults.ts';
import type { KafkaLogin } from '../kafkajs/kafkaLogin.ts';
import { namesOf, tableOf } from '../namesOf.ts';
import { nodeAddresses } from './nodes.ts';
import { type Sentinels, sentinelsOf, sentinelVariables } from './sentinels.ts';
import { settingFile } from './settingFile.ts';

/** TLS with what the engine asks for beside it; without `tls` the connection is in the clear. */
type Tls = Readonly<{ tls?: ConnectionOptions }>;
type Login = Readonly<{ user: string; password: string }>;

/** Of each engine what its address does not say; an engine that is missing is entered by its address alone. */
export type EngineAccess = Readonly<{
  kafka?: KafkaLogin;
  redis?: Tls & Readonly<{ sentinels?: Sentinels | undefined }>;
  elasticsearch?: Tls;
  /** `tls` is by STARTTLS where the address begins with smtp: `false` allows a server that has none. */
  smtp?: Readonly<{ tls?: ConnectionOptions | false }>;
  database?: Tls;
  ignite?: Tls & Readonly<{ login?: Login }>;
}>;

/** The user that Ignite begins with, and that may make others. */
export const igniteUser = 'ignite';

type Environment = Readonly<Record<string, string | undefined>>;

/** `secure` is how an address begins that asks for TLS itself; `inAddress` where the login is a part of it. */
type Engine = Readonly<{ address: string; secure?: string; inAddress?: true }>;

const engines = {
  KAFKA: { address: 'KAFKA_BROKERS' },
  REDIS: { address: 'REDIS_URL', secure: 'rediss:', inAddress: true },
  ELASTICSEARCH: { address: 'ELASTICSEARCH_URL', secure: 'https:', inAddress: true },
  SMTP: { address: 'SMTP_URL', inAddress: true },
  DATABASE: { address: 'DATABASE_URL', inAddress: true },
  IGNITE: { address: 'IGNITE_ENDPOINT' },
} as const satisfies Record<string, Engine>;
type EngineName = keyof typeof engines;
const engineNames = namesOf(engines);

const pem = z.string().regex(/-----BEGIN [A-Z ]+-----/, 'is in PEM; a file of it is named by the variable with _FILE');
const mechanisms = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;
const words = z.strictObject({
  USER: z.string().min(1, 'is a name').optional(),
  PASSWORD: z.string().min(1, 'is no password').optional(),
  CA: pem.optional(),
  CERTIFICATE: pem.optional(),
  KEY: pem.optional(),
  TLS: z.enum(['true', 'false'], 'is true or false').optional(),
  SASL: z.enum(mechanisms, `is one of ${mechanisms.join(', ')}`).default('scram-sha-512'),
});
type Words = z.infer<typeof words>;

/** What may stand in a file: the addresses, since most hold a password, and all that is told beside them. */
const variablesOf = (name: EngineName): string[] => [
  engines[name].address,
  ...Object.keys(words.shape).map((word) => `${name}_${word}`),
  ...(name === 'REDIS' ? sentinelVariables : []),
];

/** Every variable that is read here, but for its `_FILE`. */
export const accessVariables: readonly string[] = engineNames.flatMap(variablesOf);

function heldBy(variable: string, environment: Environment): string | undefined {
  const file = environment[`${variable}_FILE`];
  if (environment[variable] !== undefined || file === undefined) return environment[variable];
  return settingFile(`${variable}_FILE`, file, `Name a file, or set ${variable}.`).toString().trim();
}

const refuse = (variable: string, reason: string): never => {
  throw new Mistake('setting', `${variable}: ${reason}`);
};

function wordsOf(name: EngineName, values: ReadonlyMap<string, string>): Words {
  const given = Object.keys(words.shape).flatMap((word) => {
    const value = values.get(`${name}_${word}`);
    return value === undefined ? [] : [[word, value]];
  });
  const read = words.safeParse(Object.fromEntries(given));
  const { address, secure }: Engine = engines[name];
  if (!read.success)
    return refuse(read.error.issues.map(({ path }) => `${name}_${path}`).join(), read.error.issues[0]?.message ?? '');
  const [first] = given;
  const where = values.get(address);
  if (first && where === undefined) refuse(`${name}_${first[0]}`, `is of an engine of your own; set ${address} too`);
  const { USER, PASSWORD, CERTIFICATE, KEY, TLS, CA } = read.data;
  if (USER && !PASSWORD) refuse(`${name}_PASSWORD`, `is missing beside ${name}_USER`);
  if (PASSWORD && !USER && name !== 'REDIS') refuse(`${name}_USER`, `is missing beside ${name}_PASSWORD`);
  if (!CERTIFICATE !== !KEY) refuse(`${name}_CERTIFICATE`, `and ${name}_KEY go together`);
  if (TLS && secure) refuse(`${name}_TLS`, `is told by ${address}, which begins with ${secure} for TLS`);
  if ((CA || CERTIFICATE) && (TLS === 'false' || (secure && !where?.startsWith(secure))))
    refuse(
      `${name}_CA`,
      `and ${name}_CERTIFICATE are for TLS, and ${secure ? address : `${name}_TLS`} says there is none`,
    );
  return read.data;
}

/** Whoever logs in does so over TLS, unless that is refused by name. */
function tlsOf({ CA, CERTIFICATE, KEY, TLS, USER }: Words): ConnectionOptions | undefined {
  const asked = TLS === undefined ? (CA ?? CERTIFICATE ?? USER) : TLS === 'true';
  return asked ? { ...(CA && { ca: CA }), ...(CERTIFICATE && KEY && { cert: CERTIFICATE, key: KEY }) } : undefined;
}

/** The address with its login in it, as clients decode it. What is no URL is left for the settings to refuse. */
function addressWith(text: string, { USER, PASSWORD }: Words): string {
  const url = PASSWORD && URL.parse(text);
  if (!url) return text;
  url.username = encodeURIComponent(USER ?? '');
  url.password = encodeURIComponent(PASSWORD);
  return url.href;
}

function accessOf(all: Readonly<Record<EngineName, Words>>, values: ReadonlyMap<string, string>): EngineAccess {
  const tls = (name: EngineName): Tls | undefined => {
    const found = tlsOf(all[name]);
    const { secure }: Engine = engines[name];
    return found && (!secure || values.get(engines[name].address)?.startsWith(secure)) ? { tls: found } : undefined;
  };
  const sasl = (({ USER, PASSWORD, SASL }) =>
    USER && PASSWORD ? { sasl: { mechanism: SASL, username: USER, password: PASSWORD } } : undefined)(all.KAFKA);
  const { USER, PASSWORD } = all.IGNITE;
  return {
    kafka: { ...tls('KAFKA'), ...sasl } as KafkaLogin,
    redis: { ...tls('REDIS'), sentinels: sentinelsOf(values) },
    elasticsearch: { ...tls('ELASTICSEARCH') },
    smtp: all.SMTP.TLS === 'false' ? { tls: false } : { ...tls('SMTP') },
    database: { ...tls('DATABASE') },
    ignite: { ...tls('IGNITE'), ...(USER && PASSWORD && { login: { user: USER, password: PASSWORD } }) },
  };
}

/**
 * @returns the addresses of a person's own engines by their variables, logins included, and how those are entered
 * @throws Mistake that names the variable at fault and the cure, and never what it holds
 */
export function ownEngines(environment: Environment): { addresses: Record<string, string>; access: EngineAccess } {
  const values = new Map<string, string>();
  for (const variable of engineNames.flatMap(variablesOf)) {
    const value = heldBy(variable, environment);
    if (value !== undefined) values.set(variable, value);
  }
  const all = tableOf(engineNames, (name) => wordsOf(name, values));
  const addresses = engineNames.flatMap((name) => {
    const { address, inAddress }: Engine = engines[name];
    const text = values.get(address);
    if (text === undefined) return [];
    const each = name === 'ELASTICSEARCH' ? nodeAddresses(text) : [text];
    return [[address, each.map((one) => (inAddress ? addressWith(one, all[name]) : one)).join()]];
  });
  return { addresses: Object.fromEntries(addresses), access: accessOf(all, values) };
}
