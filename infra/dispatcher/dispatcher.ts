import type { Clock } from '../clock.ts';
import type { KafkaLogin } from '../kafkajs/kafkaLogin.ts';
import { orAborted } from '../orAborted.ts';
import type { Cluster } from './config/clusters.ts';
import { compileFilters } from './config/filter.ts';
import type { Endpoints, Mapping, Registries } from './config/mapping.ts';
import { destinationOf } from './deliver/destinations.ts';
import { type DrainReport, drain } from './drain.ts';
import { type ColdStarts, countIn } from './invoke/coldStarts.ts';
import { type Machine, thisMachine } from './invoke/functionWorker.ts';
import type { FunctionSpec, Functions } from './invoke/invocation.ts';
import { Invocations } from './invoke/invocations.ts';
import type { Invoker } from './invoke/invoker.ts';
import { invokerOf } from './invoke/invokerOf.ts';
import { type Link, linksOf, open } from './links.ts';
import type { Held } from './read/fetchControl.ts';
import { Poller } from './read/poller.ts';
import { SchemaRegistry } from './schema/registry.ts';
import { Schemas } from './schema/schemas.ts';
import { type Logger, type MappingState, type MappingStats, newStats } from './stats.ts';

/** A plan, and how it is run. */
export type DispatcherOptions = {
  brokers: readonly string[];
  clientId?: string;
  /** How the cluster is entered, where that takes anything. */
  access?: KafkaLogin;
  /** By the ids of the mappings that read from another cluster. */
  clusters?: Readonly<Record<string, Cluster>>;
  functions: Readonly<Record<string, FunctionSpec>>;
  mappings: readonly Mapping[];
  log: Logger;
  /** Calls the functions through the Invoke API of a Lambda endpoint, not in threads of this process. */
  endpoint?: string;
  /** Loads the functions anew when a module of theirs has changed. Not those behind an endpoint. */
  reload?: boolean;
  /** Where on-failure destinations of AWS are reached; what has none goes to a file. */
  destinations?: Endpoints;
  /** How the schema registries of the mappings are entered, where that takes anything. */
  registries?: Registries;
  /** Time, chance, and what the functions run in; the machine's own and worker threads unless given. */
  machine?: Machine;
  /** How much of a partition it holds in memory before it fetches no more: 16 MiB or 20,000 records unless given. */
  held?: Held;
  /** Aborted to give up a start that is under way, which then rejects with the signal's reason. Later it means nothing. */
  signal?: AbortSignal;
};

/** Counts since the start, by the id of a mapping and the name of a function. */
export type DispatcherStats = {
  mappings: Record<string, MappingStats & MappingState>;
  /** How often each function was started, and the milliseconds that it took in all. */
  coldStarts: ColdStarts;
};

/** Reads until it is drained. A second `drain` gets the report of the first; `stats` gives a copy. */
export interface Dispatcher {
  /**
   * Takes no new work, finishes what is in flight, commits, leaves the groups, ends the workers and every connection.
   * @param milliseconds for the work in flight; leaving takes up to 5 s more where Kafka does not answer
   */
  drain(milliseconds: number): Promise<DrainReport>;
  stats(): DispatcherStats;
}

type Running = { mapping: Mapping; stats: MappingStats; pollers: Poller[] };

function called(functions: Functions, mappings: readonly Mapping[]): Functions {
  const names = new Set(mappings.map(({ functionName }) => functionName));
  return Object.fromEntries(Object.entries(functions).filter(([name]) => names.has(name)));
}

/**
 * Starts to read. Resolves when every mapping is a member of its group and knows where it reads from.
 * @throws Error naming the topics that are missing; whatever it throws, nothing of it is left
 */
export async function startDispatcher(options: DispatcherOptions): Promise<Dispatcher> {
  const { log, endpoint, held, reload = false, machine = thisMachine } = options;
  const { clock } = machine;
  const mappings = options.mappings.filter(({ enabled }) => enabled);
  const functions = called(options.functions, mappings);
  const end = new AbortController();
  const links = linksOf({ ...options, mappings }, machine, end.signal);
  const coldStarts: ColdStarts = {};
  const onColdStart = countIn(coldStarts, log);
  const invoker = await invokerOf({ endpoint, functions, mappings, onColdStart, machine, reload, log });
  const stop = new AbortController();
  const [endpoints, registries] = [options.destinations ?? {}, options.registries ?? {}];
  const parts = { invoker, functions, endpoints, registries, log, clock, machine, stop: stop.signal, held };
  const running = links.flatMap((link) => link.mappings.map((mapping) => startable({ ...parts, ...link, mapping })));
  const close = once((milliseconds: number) => drain({ ...parts, links, running, end, stop }, milliseconds));
  const start = async () => {
    await Promise.all([...links.map(open), invoker.warm()]);
    await Promise.all(running.flatMap(({ pollers }) => pollers.map((poller) => poller.start())));
  };
  try {
    await orAborted(start(), options.signal);
  } catch (error) {
    await close(0);
    throw error;
  }
  return {
    drain: close,
    stats: () => ({
      mappings: Object.fromEntries(running.map((one) => [one.mapping.id, { ...one.stats, ...stateOf(one, clock) }])),
      coldStarts: structuredClone(coldStarts),
    }),
  };
}

/** However often it is called, it is done once, as it was asked for first. */
function once<A, R>(work: (argument: A) => R): (argument: A) => R {
  let result: { value: R } | undefined;
  return (argument) => {
    result ??= { value: work(argument) };
    return result.value;
  };
}

type Parts = Omit<Link, 'mappings'> & {
  mapping: Mapping;
  invoker: Invoker;
  functions: Functions;
  endpoints: Endpoints;
  registries: Registries;
  log: Logger;
  clock: Clock;
  machine: Machine;
  stop: AbortSignal;
  held: Held | undefined;
};

function schemasOf({ id, schemaRegistry: config }: Mapping, registries: Registries, machine: Machine) {
  if (!config) return undefined;
  const registry = machine.schemas ?? new SchemaRegistry(config.SchemaRegistryURI, registries[id] ?? {});
  return new Schemas(config, registry, machine.clock);
}

function startable({ client, admin, mapping, invoker, brokers, log, clock, machine, stop, ...parts }: Parts): Running {
  const stats = newStats();
  const spec = parts.functions[mapping.functionName];
  if (!spec) throw new Error(`${mapping.id}: there is no function "${mapping.functionName}"`);
  const invocations = new Invocations(invoker, mapping, spec, brokers);
  const destination = destinationOf(mapping, parts.endpoints, { producer: parts.producer, machine, log });
  const delivery = { mapping, stats, log, clock, stop, invocations, destination };
  const options = {
    admin,
    mapping,
    stats,
    log,
    clock,
    held: parts.held,
    waits: machine.waits,
    wanted: compileFilters(mapping.filterPatterns),
    schemas: schemasOf(mapping, parts.registries, machine),
  };
  const poller = () => new Poller({ ...options, kafka: client() }, delivery);
  return { mapping, stats, pollers: Array.from({ length: mapping.pollers }, poller) };
}

function stateOf({ mapping, pollers }: Running, clock: Clock): MappingState {
  const now = clock.monotonic();
  return {
    functionName: mapping.functionName,
    topic: mapping.topic,
    consumerGroupId: mapping.consumerGroupId,
    ready: pollers.every(({ ready }) => ready),
    inFlight: pollers.reduce((sum, { inFlight }) => sum + inFlight, 0),
    partitions: pollers.flatMap((poller) =>
      [...poller.partitions].map((partition) => ({
        topic: partition.topic,
        partition: partition.id,
        committed: partition.committed,
        lag: Math.max(0, partition.end - partition.committed),
        queued: partition.span,
        commitAge: partition.uncommittedSince ? now - partition.uncommittedSince : 0,
      })),
    ),
  };
}
