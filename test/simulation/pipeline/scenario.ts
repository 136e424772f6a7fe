/** What happens in one run, as data, so that a part of it can be left out. */
import type { Deed } from '../disturbances/disturbance.ts';
import type { EngineName } from './answers.ts';
import type { Fault } from './faults.ts';

/** A process is killed, and started again so many ms later. */
type Kill = Readonly<{ kind: 'kill'; part: number; back: number }>;
/** The wall clock of a process is set so many ms ahead or back, and right again. */
type Jump = Readonly<{ kind: 'jump'; part: number; by: number; lasts: number }>;
/** An engine answers all that it is asked for so many ms in one way, by its number. */
type Outage = Readonly<{ kind: 'outage'; engine: EngineName; answer: number; lasts: number }>;
/**
 * Redis goes back to what it had written so many ms ago, after a power cut or to a replica that lagged; with `Infinity` it has
 * nothing. Who acts on it dies with it and is started again so many ms later; with `runs` it goes on, and has to notice.
 */
type Forgetting = Readonly<{ kind: 'forget'; ago: number; back: number; runs: boolean }>;

export type Action = Kill | Jump | Outage | Forgetting | Deed;

export type Scenario = Readonly<{
  seed: number;
  brokers: number;
  dispatchers: number;
  orders: number;
  /** Of each call to an engine, to go wrong. */
  rate: number;
  setback: number;
  /** Seconds in each state, as the setting of the waits is written. */
  waits: string;
  /** Of an order, to be cancelled. */
  cancels: number;
  /** Of an order, to be for somebody whose server takes no letters, or takes them late. */
  gone: number;
  grey: number;
  /** Of a document, to be one that Elasticsearch will never take. */
  misfits: number;
  /** With their moments, in ms. */
  actions: readonly (readonly [at: number, action: Action])[];
  /** The calls that may go wrong, by number; all unless given. */
  only?: readonly number[];
}>;

export type Result = Readonly<{
  /** Of all that happened. */
  hash: string;
  /** Orders. */
  records: number;
  disturbances: number;
  failure: string | undefined;
  faults: readonly Fault[];
  story: readonly string[];
}>;

/** ms in which orders come and calls go wrong. */
export const troubled = 30_000;
