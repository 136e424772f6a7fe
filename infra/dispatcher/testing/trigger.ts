/**
 * Records to a function and its answers, in any test runner: without a broker and without time that passes. Nothing has to be
 * set up before a test, or ended after it.
 */
import { systemClock } from '../../clock.ts';
import { Mistake } from '../../faults.ts';
import { type Plan, planOf } from '../config/mapping.ts';
import type { Extra } from '../config/schema.ts';
import type { Service } from '../config/service.ts';
import { type Handler, load } from '../invoke/runtime.ts';
import { type FileSource, planFrom } from '../serviceSource.ts';
import type { GivenSchema, Trigger } from './interface.ts';
import { Scenario } from './scenario.ts';
import { registryOf } from './schemas.ts';
import { Triggered } from './triggered.ts';
import { withEnvironment } from './withEnvironment.ts';

export type { FunctionCall } from './calls.ts';
export type { DeadLetter, GivenRecord, GivenSchema, Trigger } from './interface.ts';

/** A handler, whatever it says that its event is. */
type AnyHandler = (event: never, context: never, callback: never) => unknown;

export type TriggerOptions = Readonly<{
  /** Of each topic; one unless given. */
  partitions?: number;
  /** Of each topic, in Kafka's words, such as `max.message.bytes`. */
  topicConfig?: Readonly<Record<string, string>>;
  /** The time at the beginning, in ms since 1970; the real one unless given. */
  now?: number;
  /** Those of the schema registry that the settings name, by their ids. */
  schemas?: Readonly<Record<number, GivenSchema>>;
  /** What chance comes from, a whole number: 1 unless given. */
  seed?: number;
}>;

/** What the command line takes to find a service: paths from here, the folder with serverless.yml unless given. */
type ServiceOptions = Partial<
  Pick<FileSource, 'directory' | 'config' | 'location' | 'stage' | 'template' | 'parameters' | 'settings'>
>;

/** `handler` is called instead of what the function's module exports. */
export type NamedOptions = TriggerOptions & ServiceOptions & Readonly<{ handler?: AnyHandler }>;

/** The entry of a function in serverless.yml, and under `dispatcher` the one in `custom.dispatcher.functions`. */
export type FunctionConfig = Readonly<{ events: readonly unknown[]; dispatcher?: Extra; [key: string]: unknown }>;

/**
 * A function with what triggers it, resolved as in production: one of a service, by its name there, or a handler with a
 * configuration of its own.
 * @throws Mistake that names the key, the file or the function at fault; and what the function's module throws
 */
export async function trigger(name: string, options?: NamedOptions): Promise<Trigger>;
export async function trigger(handler: AnyHandler, config: FunctionConfig, options?: TriggerOptions): Promise<Trigger>;
export async function trigger(
  given: string | AnyHandler,
  config: NamedOptions | FunctionConfig = {},
  options: TriggerOptions = {},
): Promise<Trigger> {
  return typeof given === 'string'
    ? named(given, config as NamedOptions)
    : configured(given, config as FunctionConfig, options);
}

async function named(name: string, { handler, ...options }: NamedOptions): Promise<Trigger> {
  const { partitions, topicConfig, now, seed, schemas, ...source } = options;
  const plan = await planOfService(source, handler ? [name] : []);
  const spec = plan.functions[name];
  if (!spec) {
    const names = Object.keys(plan.functions).join(', ');
    throw new Mistake('service', `no function "${name}" has a kafka or msk event; these have one: ${names || 'none'}`);
  }
  const mappings = plan.mappings.filter(({ functionName }) => functionName === name);
  const functions = { [name]: spec };
  const called = (handler as Handler | undefined) ?? (await withEnvironment(functions, () => load(spec)));
  return triggerOf({ ...plan, functions, mappings }, { [name]: called }, options);
}

async function configured(handler: AnyHandler, config: FunctionConfig, options: TriggerOptions): Promise<Trigger> {
  const { dispatcher = {}, ...definition } = config;
  // What spies are called is no name of a function.
  const name = /^[\w-]+$/.test(handler.name) ? handler.name : 'handler';
  const functions = { [name]: { handler: 'index.handler', ...definition } };
  const custom = { dispatcher: { functions: { [name]: dispatcher } } };
  const plan = planOfOwn({ service: 'test', functions, custom }, name);
  return triggerOf(plan, { [name]: handler as Handler }, options);
}

type Handlers = Readonly<Record<string, Handler>>;

async function triggerOf(plan: Plan, handlers: Handlers, options: TriggerOptions): Promise<Trigger> {
  const { partitions = 1, topicConfig = {}, now = systemClock.now(), seed = 1 } = options;
  const withSchemas = plan.mappings.find(({ schemaRegistry }) => schemaRegistry);
  if (withSchemas && !options.schemas) {
    const cure = 'give those of its registry as `schemas` among the options, each under its id';
    throw new Mistake('service', `${withSchemas.id}: has a schemaRegistryConfig, and no schemas; ${cure}`);
  }
  const schemas = options.schemas && (await registryOf(options.schemas));
  return new Triggered(
    new Scenario({ plan, handlers, topics: { partitions, config: topicConfig }, now, seed, schemas }),
  );
}

const plans = new Map<string, Promise<Plan>>();
const ownPlans = new Map<string, Plan>();

/** JSON leaves out, or has no words for, what a slip may be: a function, a BigInt. */
const inWords = (_key: string, value: unknown): unknown =>
  typeof value === 'function' || typeof value === 'bigint' ? `${typeof value} ${value}` : value;

/** Checked once for all tests that give the same. */
function planOfOwn(service: Service, name: string): Plan {
  const key = JSON.stringify([process.cwd(), service], inWords);
  const plan = ownPlans.get(key) ?? planOf(service, process.cwd(), { given: new Set([name]) });
  ownPlans.set(key, plan);
  return plan;
}

/** Asked once for all tests of a process: serverless takes seconds to tell. */
function planOfService(service: ServiceOptions, given: readonly string[]): Promise<Plan> {
  const { directory = '.', location = '', parameters = {}, ...files } = service;
  const none = { config: undefined, stage: undefined, template: undefined, settings: undefined };
  const source: FileSource = {
    ...none,
    brokers: undefined,
    endpoint: undefined,
    ...files,
    directory,
    location,
    parameters,
  };
  const key = JSON.stringify([process.cwd(), source, given]);
  const plan = plans.get(key) ?? planFrom(source, undefined, { given: new Set(given) });
  plans.set(key, plan);
  return plan;
}
