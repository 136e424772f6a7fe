import type { Random } from '../random.ts';
import type { Asked } from './requests/asked.ts';
import type { ApiName, Request } from './wire/apis.ts';

/**
 * What befalls a request. `lost` tells which half of the exchange: where it is the request, nothing was done; where it is
 * the answer, everything was.
 */
export type Effect =
  /** It does nothing and is answered by this error, by kafkajs' name for it. */
  | Readonly<{ kind: 'error'; error: string }>
  | Readonly<{ kind: 'delay'; milliseconds: number; of: 'request' | 'answer' }>
  /** The connection breaks; an answer that is lost, in its middle. */
  | Readonly<{ kind: 'reset'; lost: 'request' | 'answer' }>
  /** There is never an answer; the connection stays. */
  | Readonly<{ kind: 'silence'; lost: 'request' | 'answer' }>
  /** The answer comes twice. */
  | Readonly<{ kind: 'duplicate' }>;

type Fault = Readonly<{
  effect: Effect;
  /** Which requests it may befall; any unless told. */
  api?: ApiName | readonly ApiName[];
  broker?: number;
  /** The beginning of the client's id. */
  clientId?: string;
  /** A closer look at the request. */
  when?: <N extends ApiName>(request: Request<N>, api: N) => boolean;
  /** How many requests it befalls in all: 1 unless told. */
  times?: number;
  /** The share of fitting requests that it befalls, 0 to 1: 1 unless told. */
  chance?: number;
}>;

/** Faults that wait for the request that they befall. */
export class Faults {
  readonly #random: Random;
  readonly #waiting = new Map<Fault, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  /** @returns what takes it back; it tells how many requests the fault has befallen */
  inject(fault: Fault): () => number {
    const times = fault.times ?? 1;
    this.#waiting.set(fault, times);
    return () => {
      const left = this.#waiting.get(fault) ?? 0;
      this.#waiting.delete(fault);
      return times - left;
    };
  }

  clear(): void {
    this.#waiting.clear();
  }

  /** The effects on a request, each of which is used up by it. */
  take<N extends ApiName>(api: N, request: Request<N>, asked: Asked): Effect[] {
    const effects: Effect[] = [];
    for (const [fault, left] of this.#waiting) {
      if (left <= 0 || !fits(fault, api, request, asked) || !this.#random.happens(fault.chance ?? 1)) continue;
      this.#waiting.set(fault, left - 1);
      effects.push(fault.effect);
    }
    return effects;
  }
}

function fits<N extends ApiName>(fault: Fault, api: N, request: Request<N>, { node, clientId }: Asked): boolean {
  const { api: of = api, broker = node.id, clientId: begins = '', when } = fault;
  return (
    [of].flat().includes(api) && broker === node.id && clientId.startsWith(begins) && (when?.(request, api) ?? true)
  );
}
