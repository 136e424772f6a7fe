/** Turns the functions of a serverless service into what the dispatcher runs, and checks every key on the way. */
import { type Clock, systemClock } from '../../clock.ts';
import { Mistake } from '../../faults.ts';
import type { KafkaLogin } from '../../kafkajs/kafkaLogin.ts';
import type { FunctionSpec } from '../invoke/invocation.ts';
import { accessOf } from './access.ts';
import { type Cluster, clustersOf, type Placed } from './clusters.ts';
import { type Mapping, mappingOf } from './eventSourceMapping.ts';
import { checkSharing, specOf } from './functionSpec.ts';
import { customSchema, type Extra, httpUrl, read, type Settings, serviceSchema, settings } from './schema.ts';
import { type RegistryAccess, registryAccess } from './schemaRegistry.ts';
import { type FindSecret, type Surroundings, secretFinder } from './secrets.ts';
import type { Service } from './service.ts';
import { triggersOf } from './triggers.ts';

export type { Mapping } from './eventSourceMapping.ts';

/** Where AWS's services are spoken by something on this machine; what has none is written to a file. */
export type Endpoints = { sqs?: string | undefined; sns?: string | undefined; s3?: string | undefined };

/** By the ids of mappings: how their schema registries are entered. */
export type Registries = Readonly<Record<string, RegistryAccess>>;

/** All that a service says to the dispatcher, resolved: what `startDispatcher` takes. */
export type Plan = {
  /** Of the cluster of all mappings that `clusters` does not name. */
  brokers: readonly string[];
  clientId: string;
  /** How it is entered, where that takes anything. */
  access?: KafkaLogin;
  /** By the ids of the mappings that read from another one. */
  clusters: Readonly<Record<string, Cluster>>;
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
  /** Which mappings are to be run, whatever they say of themselves: those that are enabled unless given. */
  runs?: ((mapping: Mapping) => boolean) | undefined;
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
  const placed: Placed[] = [];
  const leftOut: string[] = [];
  const places = new Map<string, string>();
  for (const told of triggersOf(service)) {
    const { functionName: name, trigger, where } = told;
    if (name === undefined) {
      leftOut.push(where);
      continue;
    }
    const extra: Extra = { ...custom.defaults, ...told.extra, ...custom.functions?.[name] };
    const isSibling = ({ mapping }: Placed) => mapping.functionName === name && mapping.topic === trigger.topic;
    const sibling = placed.filter(isSibling).length;
    const now = (options.clock ?? systemClock).now();
    const said = mappingOf(service, { ...told, functionName: name }, extra, { now, sibling });
    const mapping = options.runs ? { ...said, enabled: options.runs(said) } : said;
    claimGroup(places, mapping, where);
    placed.push({ mapping, where, trigger });
    const isElsewhere = endpoint !== undefined || options.given?.has(name);
    functions[name] ??= specOf(service, name, extra, isElsewhere ? undefined : directory);
  }
  checkNames(functions, custom.functions);
  checkSharing(functions);
  const clientId = custom.clientId ?? service.service ?? 'dispatcher';
  const brokers = read(settings.bootstrapServers.optional(), options.brokers, '--brokers') ?? custom.brokers;
  const { destinations } = custom;
  const here = { environment: process.env, folder: options.folder ?? directory };
  const [main, clusters] = clustersOf(placed, brokers, options.given ? () => undefined : accesses(custom, here));
  const secrets = Object.keys(custom.secrets);
  const mappings = placed.map(({ mapping }) => mapping);
  const registries = options.given ? {} : registriesOf(mappings, secretFinder(custom.secrets, here));
  const reached = { ...main, clusters, ...(endpoint && { endpoint }), destinations, registries };
  return { ...reached, clientId, secrets, functions, mappings, leftOut };
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

/** The same names of secrets are one way in, whichever event has them, and in whichever network of AWS it is. */
function accesses(
  custom: Pick<Settings, 'accessConfigurations' | 'secrets' | 'tls' | 'iam'>,
  here: Surroundings,
): (of: Placed) => KafkaLogin | undefined {
  const known = new Map<string, KafkaLogin | undefined>();
  return ({ trigger }) => {
    const iam = custom.iam && 'arn' in trigger ? regionOf(trigger.arn, here) : undefined;
    const configurations = custom.accessConfigurations ?? trigger.accessConfigurations;
    const { vpcSubnet: _, vpcSecurityGroup: __, ...named } = configurations;
    const key = JSON.stringify([named, iam]);
    if (!known.has(key)) known.set(key, accessOf(configurations, { ...custom, iam }, here));
    return known.get(key);
  };
}

/** An ARN that only a deployment knows says none. */
const regionOf = (arn: unknown, { environment }: Surroundings): string =>
  /^arn:[^:]+:kafka:([^:]+):/.exec(String(arn))?.[1] ?? environment.AWS_REGION ?? 'us-east-1';

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
