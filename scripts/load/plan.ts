import { createHash } from 'node:crypto';
import { at } from '../../infra/at.ts';
import { Mistake } from '../../infra/faults.ts';
import type { OrderDetails } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { readOrders } from './csv.ts';
import { dispersionWindow } from './dispersion.ts';
import { distribution } from './distributions.ts';
import { type Load, mostOrders } from './options.ts';
import { syntheticOrder } from './payloads.ts';
import { newRandom, zipf } from './random.ts';
import { readTrace } from './trace.ts';

/** Stream of chance that keys are drawn from: moments have 0, the made-up orders all above. */
const keyStream = -1;

/** Every order of a run and its moment, fixed before the first is sent. */
export type Plan = Readonly<{
  /** First 16 hex digits of the SHA-256 of all moments and orders. */
  hash: string;
  /** Orders per second on average. */
  rate: number;
  /** Length in seconds; no order is planned after it. */
  seconds: number;
  /** When each order is to be sent, in ms from the start, ascending. */
  moments: Float64Array;
  /** Which of the different orders each one is: equal keys are repeats of one order. */
  keys: Uint32Array;
  differentKeys: number;
  details(key: number): OrderDetails;
  /** Seconds of a window, and the index of dispersion that the distribution promises in it. */
  dispersion: Readonly<{ window: number; promised: number | null }>;
}>;

/**
 * Plans a load. The same options give the same plan and hash; run, clock and address are no part of it.
 * @throws Mistake naming the CSV row or trace line at fault
 */
export function makePlan(load: Load): Plan {
  const rows = load.csv === undefined ? undefined : readOrders(load.csv);
  const count = load.count ?? (load.duration === undefined && load.trace === undefined ? rows?.length : undefined);
  const moments = load.trace === undefined ? drawn(load, count) : recorded(load.trace, load, count);
  const last = (moments.at(-1) ?? 0) / 1000;
  const seconds = load.duration ?? Math.max(last, load.rate === undefined ? 0 : moments.length / load.rate);
  const rate = load.rate ?? moments.length / (seconds || 1);
  const keys = chooseKeys(load, moments.length);
  const details = (key: number): OrderDetails =>
    rows === undefined ? syntheticOrder(load.seed, key) : at(rows, key % rows.length);
  const window = dispersionWindow(rate);
  const promised = load.distribution === 'trace' ? null : distribution(load.distribution).dispersion(rate, window);
  return {
    hash: hashOf(moments, keys, details),
    rate,
    seconds,
    moments,
    keys,
    differentKeys: load.keySkew === undefined ? keys.length : new Set(keys).size,
    details,
    dispersion: { window, promised },
  };
}

/** Moments from the distribution, to the microsecond, so that the plan is the same wherever it is made. */
function drawn({ distribution: name, rate, duration, seed }: Load, count: number | undefined): Float64Array {
  if (name === 'trace' || rate === undefined) throw new Error('a trace is read, not drawn');
  const most = count ?? mostOrders;
  const end = duration ?? Number.POSITIVE_INFINITY;
  const moments: number[] = [];
  const seconds = duration ?? most / rate;
  for (const moment of distribution(name).arrivals({ rate, seconds }, newRandom(seed))) {
    if (moments.length >= most || moment >= end) break;
    moments.push(Math.floor(moment * 1e6) / 1000);
  }
  if (moments.length === 0)
    throw new Mistake('flag', `--duration ${duration} has no order at this rate and seed: make it longer`);
  return Float64Array.from(moments);
}

function recorded(file: string, { duration }: Load, count: number | undefined): Float64Array {
  const moments = readTrace(file).filter((moment) => duration === undefined || moment < duration);
  if (count !== undefined && count > moments.length) {
    throw new Mistake('flag', `--count ${count} is more than the ${moments.length} moments of ${file}`);
  }
  if (moments.length === 0) throw new Mistake('flag', `--duration ${duration} ends before the first moment of ${file}`);
  return Float64Array.from(moments.slice(0, count), (moment) => Math.floor(moment * 1e6) / 1000);
}

function chooseKeys({ keySkew, seed }: Load, orders: number): Uint32Array {
  const draw = keySkew === undefined ? undefined : zipf(orders, keySkew, newRandom(seed, keyStream));
  return Uint32Array.from({ length: orders }, (_, index) => draw?.() ?? index);
}

function hashOf(moments: Float64Array, keys: Uint32Array, details: (key: number) => OrderDetails): string {
  const hash = createHash('sha256');
  const perChunk = 1_000;
  for (let start = 0; start < moments.length; start += perChunk) {
    const chunk = Array.from(moments.subarray(start, start + perChunk), (moment, offset) => {
      const key = at(keys, start + offset);
      return [moment, key, details(key)];
    });
    hash.update(JSON.stringify(chunk));
  }
  return hash.digest('hex').slice(0, 16);
}
