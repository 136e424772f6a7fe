/** Turns the functions of a serverless service into what the dispatcher runs, and checks every key on the way. */
import { isDeepStrictEqual } from 'node:util';
import { type Clock, systemClock } from '../../clock.ts';
import { Mistake } from '../../faults.ts';
import type { KafkaLogin } from '../../kafkajs/kafkaLogin.ts';
import type { FunctionSpec } from '../invoke/invocation.ts';
import { type AccessConfigurations, accessOf } from './access.ts';
import { type Mapping, mappingOf } from './eventSourceMapping.ts';
import { checkSharing, specOf } from './functionSpec.ts';
import { customSchema, type Extra, functionSchema, httpUrl, read, serviceSchema, settings } from './schema.ts';
import { type RegistryAccess, registryAccess } from './schemaRegistry.ts';
import { type FindSecret, secretFinder } from './secrets.ts';
import type { Service } from './service.ts';
import { triggersOf } from './triggers.ts';

export type { Mapping } from './eventSourceMapping.ts';

/** Where AWS's services are spoken by something on this machine; what has none is written to a file. */
export type Endpoints = { sqs?: string | undefined; sns?: string | undefined; s3?: string | undefined };

/** By the ids of mappings: how their schema registries are entered. */
export type Registries = Readonly<Record<string, RegistryAccess>>;

/** All that a service says to the dispatcher, resolved: what `startDispatcher` takes. */
export type Plan = {
  brokers: string[];
  clientId: string;
  /** How the cluster is entered, where that takes anything. */
  access?: KafkaLogin;
  /** The secrets that `custom.dispatcher.secrets` finds, by name. */
  secrets: readonly string[];
  /** Where the Invoke API of AWS Lambda is spoken; without it functions run in threads of this process. */
  endpoint?: string;
  /** For the on-failure destinations that are no Kafka topic. */
  destinations: Endpoints;
  /** Those that take a login or a certificate. */
  registries: Registries;
  functions: Record<string, FunctionSpec>;
  mappings: Mapping[];
  /** The places of mappings whose function only a deployment knows: nothing calls it here. */
  leftOut: readonly string[];
};

/** What a command line can say beside serverless.yml. */
export type PlanOptions = {
  /** Instead of `custom.dispatcher.brokers`: host:port, several with commas between. */
  brokers?: string | undefined;
  /** Instead of `custom.dispatcher.endpoint`. */
  endpoint?: string | undefined;
  /** The service's own folder, where the paths of secrets start; that of the handlers unless given. */
  folder?: string | undefined;
  clock?: Clock;
  /** For a run without a cluster that is to be entered: the functions whose handler is there, so that no module is looked for. */
  given?: ReadonlySet<string> | undefined;
};

/**
 * Resolves a service. Functions without a `kafka` or `msk` event are not looked at.
 * @param directory where the handlers' paths start: the service's own folder, or where a bundler put the built code
 * @throws Error that names the key of serverless.yml at fault, or the missing module
 */
export function planOf(given: Service, directory: string, options: PlanOptions = {}): Plan {
  // A key without a value says nothing.
  const service: Service = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  read(serviceSchema, service, 'serverless.yml');
  const custom = read(customSchema, service.custom?.dispatcher, 'custom.dispatcher');
  const endpoint = read(httpUrl.optional(), options.endpoint, '--endpoint') ?? custom.endpoint;
  const functions: Record<string, FunctionSpec> = {};
  const mappings: Mapping[] = [];
  const leftOut: string[] = [];
  const places = new Map<string, string>();
  const accesses = new Map<string, AccessConfigurations>();
  for (const { functionName: name, trigger, where, extra: told } of triggersOf(service)) {
    if (name === undefined) {
      leftOut.push(where);
      continue;
    }
    const extra: Extra = { ...custom.defaults, ...told, ...custom.functions?.[name] };
    const sibling = mappings.filter((one) => one.functionName === name && one.topic === trigger.topic).length;
    const place = { at: where, now: (options.clock ?? systemClock).now(), sibling, told };
    const mapping = mappingOf(service, name, trigger, extra, place);
    claimGroup(places, mapping, where);
    if (trigger.enabled) accesses.set(where, trigger.accessConfigurations);
    mappings.push(mapping);
    const definition = read(functionSchema, service.functions?.[name] ?? { name }, `functions.${name}`);
    const isElsewhere = endpoint !== undefined || options.given?.has(name);
    functions[name] ??= specOf(service, name, definition, extra, isElsewhere ? undefined : directory);
  }
  checkNames(functions, custom.functions);
  checkSharing(functions);
  const clientId = custom.clientId ?? service.service ?? 'dispatcher';
  const brokers =
    read(settings.bootstrapServers.optional(), options.brokers, '--brokers') ??
    custom.brokers ??
    commonBrokers(mappings);
  const { destinations } = custom;
  const here = { environment: process.env, folder: options.folder ?? directory };
  const access = options.given ? undefined : commonAccess(accesses, custom, here);
  const secrets = Object.keys(custom.secrets);
  const more = { ...(access && { access }), ...(endpoint && { endpoint }) };
  const registries = options.given ? {} : registriesOf(mappings, secretFinder(custom.secrets, here));
  return { brokers, clientId, ...more, secrets, destinations, registries, functions, mappings, leftOut };
}

/** Settings of a function that is not there are a slip. */
function checkNames(functions: Record<string, FunctionSpec>, settings: Record<string, Extra> = {}): void {
  const name = Object.keys(settings).find((one) => functions[one] === undefined);
  if (name === undefined) return;
  throw new Mistake('service', `custom.dispatcher.functions.${name}: no function of that name has a kafka event`);
}

function registriesOf(mappings: readonly Mapping[], find: FindSecret): Registries {
  const entries = mappings.flatMap(({ id, enabled, schemaRegistry }) =>
    enabled && schemaRegistry ? [[id, registryAccess(schemaRegistry, find)]] : [],
  );
  return Object.fromEntries(entries);
}

/** One cluster has one way in. */
function commonAccess(
  accesses: ReadonlyMap<string, AccessConfigurations>,
  custom: Parameters<typeof accessOf>[1],
  here: Parameters<typeof accessOf>[2],
): KafkaLogin | undefined {
  const found = [...accesses].map(([where, one]) => ({ where, access: accessOf(one, custom, here) }));
  const [first, ...others] = found;
  const other = others.find(({ access }) => !isDeepStrictEqual(access, first?.access));
  if (!other) return first?.access;
  throw new Mistake(
    'service',
    `${other.where}.accessConfigurations: enters the cluster otherwise than ${first?.where}; all events here read from one cluster, in one way`,
  );
}

/** In one group each of two mappings would get a part of the partitions, and miss what the other filters out. */
function claimGroup(places: Map<string, string>, { consumerGroupId }: Mapping, where: string): void {
  const other = places.get(consumerGroupId);
  if (other) {
    throw new Mistake(
      'service',
      `${where}: has the consumer group "${consumerGroupId}" of ${other}; each mapping needs its own consumerGroupId`,
    );
  }
  places.set(consumerGroupId, where);
}

function commonBrokers(mappings: readonly Mapping[]): string[] {
  const lists = new Set(mappings.map(({ bootstrapServers }) => bootstrapServers.join(',')).filter(Boolean));
  const [only] = lists;
  if (lists.size === 1 && only) return only.split(',');
  if (mappings.length === 0) return [];
  throw new Mistake(
    'service',
    lists.size === 0
      ? 'custom.dispatcher.brokers (or --brokers): is needed where no event names bootstrapServers'
      : `custom.dispatcher.brokers (or --brokers): is needed where events name different bootstrapServers (${[...lists].join(' and ')})`,
  );
}
