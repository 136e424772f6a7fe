import type { KafkaCluster } from '../../infra/engines/kafkaCluster.fixture.ts';
import type { Running } from '../../scripts/bench/dispatcher/implementations.ts';
import type { Handler } from './functionModule.ts';
import type { Scene } from './scene.ts';

/** One promise of the event source mapping, and how it is seen to be kept. */
export type Rule = {
  name: string;
  /** What stands between “ and ” AWS's page says so; the rest is said in other words, as is what goes beyond AWS. */
  words: string;
  /** The address of the page that has it. */
  page?: string | undefined;
  /** The settings of the `kafka` event, on top of batchSize 10 and no window. */
  event?: Record<string, unknown>;
  /** What goes under `custom`, in the words of our dispatcher; `$REGISTRY` is the address of the schema registry. */
  extra?: Record<string, unknown>;
  /** Other settings of the function. */
  definition?: Record<string, unknown>;
  partitions?: number;
  topicSettings?: Record<string, string>;
  /** What the function does; nothing unless said. It cannot refer to anything outside itself. */
  handler?: Handler;
  /** Runs in a process of its own: what it does to it may hurt others, or it ends and starts the process. */
  isolated?: boolean;
  /** What AWS's pages leave open of it, and only AWS itself can settle. */
  open?: string;
  /** Our own promise: nobody else needs to keep it. */
  beyond?: boolean;
  /** Before the implementation starts. */
  before?: (scene: Scene) => Promise<void>;
  /** The service does not start, and what is said has this in it: nothing is left to check. */
  refused?: RegExp;
  /** @throws what is not as it should be */
  check?(scene: Scene, process: Process): Promise<void>;
};

/** The process of an isolated rule. */
export type Process = {
  running(): Running;
  start(): Promise<void>;
  /** Another process of the same service beside the first. */
  another(): Promise<Running>;
  /** Of several brokers, where the suite has them. */
  cluster?: KafkaCluster | undefined;
};

export const numbered = (count: number, prefix = 'r'): string[] =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);
