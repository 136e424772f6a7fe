import { createHash } from 'node:crypto';
import type { ApiName, Request, Response } from './wire/apis.ts';

export type Exchange = Readonly<{
  api: ApiName;
  node: number;
  clientId: string;
  request: Request<ApiName>;
  response: Response<ApiName>;
}>;

/** A request that has arrived at a broker, which may yet let it wait. */
type Arrival = Omit<Exchange, 'response' | 'node'>;

/** Something that happened in a cluster. */
type Happening = Readonly<{
  /** ms since 1970, of the cluster's clock */
  at: number;
  /** A request that was answered, or what was done to the cluster. */
  kind: 'request' | 'connection' | 'disturbance' | 'group' | 'log';
  /** One line, the same for the same seed. */
  text: string;
  /** Of a request that was answered. */
  exchange?: Exchange;
}>;

/** What happened, in its order; two runs are the same when their hashes are. */
export class Trace {
  readonly #isKept: boolean;
  readonly #hash = createHash('sha256');
  readonly #listeners = new Set<(happening: Happening) => void>();
  readonly #arrivals = new Set<(arrival: Arrival) => void>();
  #count = 0;

  /** @param isKept whether anybody will ask: where nobody does, only arrivals are told */
  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  get count(): number {
    return this.#count;
  }

  /** @param told the text, or what makes it: that costs nothing where nobody will ask */
  add(kind: Happening['kind'], told: string | (() => string), exchange?: Exchange): void {
    if (!this.#isKept) return;
    const text = typeof told === 'string' ? told : told();
    const happening = { at: Date.now(), kind, text, ...(exchange && { exchange }) };
    this.#count++;
    this.#hash.update(`${happening.at} ${kind} ${text}\n`);
    for (const listener of this.#listeners) listener(happening);
  }

  /** @returns what ends it */
  listen(listener: (happening: Happening) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  arrived(arrival: Arrival): void {
    for (const listener of this.#arrivals) listener(arrival);
  }

  /** Calls with each request before it is dealt with. */
  onArrival(listener: (arrival: Arrival) => void): void {
    this.#arrivals.add(listener);
  }

  /** Of everything up to now, in hexadecimal. */
  hash(): string {
    return this.#hash.copy().digest('hex');
  }
}
