/** What an engine is to the supervisor: one declarative object per engine, one file per object. */
import type { ClusterName } from '../access/nodes.ts';
import type { EngineAccess } from '../access/ownEngines.ts';
import { Trouble } from '../faults.ts';

/** The process that is the engine, and the files that must lie there before it starts. */
export type Launch = Readonly<{
  command: readonly [file: string, ...args: string[]];
  /** Where things are, and what makes a start faster: a change here does not replace a running engine. */
  environment?: Readonly<Record<string, string>>;
  /** Text files to write before each start, by path; below the engine's data. */
  files?: Readonly<Record<string, string>>;
  /** Files of our own that the process runs: an engine started from other contents is replaced. */
  sources?: readonly string[];
}>;

/** The environment variable that moves a port, and where it lies without. */
export type Port = Readonly<{ variable: string; usual: number }>;

/** Where an engine lives. */
export type Site = Readonly<{
  home: string;
  data: string;
  log: string;
  /** Holds the process id of the engine's process group and the fingerprint of its settings. */
  record: string;
  /** By the name of its variable. */
  port(variable: string): number;
  /** What the engine asks for from whoever connects; the same at each start. */
  password(): string;
  downloads: string;
  /** A further setting from the environment. */
  variable(name: string): string | undefined;
  /** Tells the person of a long step. */
  progress(line: string): void;
}>;

/** `log` is the file of the process that we started; `access` is what an engine of somebody else asks for beside its address. */
export type Asked = Readonly<{ log?: string; access: EngineAccess }>;

/** To start one, the supervisor calls `install`, `prepare`, `launch`, `ready` until it resolves, and `settle`. */
export type Engine = Readonly<{
  name: string;
  /** For people, with the version. */
  title: string;
  /** The environment variable that, when set, names an engine that somebody else runs. */
  external: string;
  /** The first one is the engine's address. */
  ports: readonly [Port, ...Port[]];
  /** Of a node of several: the engine that all of them are, whose password they share. */
  nodeOf?: ClusterName;
  /** The name under which its password is kept, where that is another engine's, which it takes turns with. */
  passwordName?: string;
  /** Ports of the other nodes, which it has to know. */
  peers?: readonly Port[];
  /**
   * What the system reaches it by, as the `external` variable would say it.
   * @param password asked for only by an engine that has one
   */
  address(port: number, password: () => string): string;
  /** What it asks for from whoever connects, where that is no part of the address. */
  access?(password: string): EngineAccess;
  /** Further variables that tell the system of it, by its other ports. */
  tells?(site: Site): Readonly<Record<string, string>>;
  /** Makes sure that everything needed is on this machine. Must be cheap when it is. */
  install(site: Site): Promise<void>;
  /** Called after `install`, before each start; for what is made once, like a formatted data folder. */
  prepare?(site: Site): Promise<void>;
  launch(site: Site): Launch | Promise<Launch>;
  /**
   * Resolves when the engine serves requests.
   * @throws when it does not, yet; the message is shown to the person when patience ends
   */
  ready(address: string, asked: Asked): Promise<void>;
  /** Called each time the engine of ours was found ready; for what can only be made in a running one. */
  settle?(site: Site): Promise<void>;
  /** Seconds without a sign of work after which a start has failed, and those after which a stop has. */
  patience: Readonly<{ start: number; stop: number }>;
  /** SIGTERM, unless the engine means something slower by it. */
  stopSignal?: NodeJS.Signals;
}>;

/** An engine that is not up and cannot be brought up here, as this machine stands. */
export class EngineFault extends Trouble {
  override name = 'EngineFault';

  constructor(message: string, options?: ErrorOptions) {
    super('machine', message, options);
  }
}
