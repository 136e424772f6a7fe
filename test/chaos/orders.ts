/** The orders that a run sends, and what their callers were told. */
import { status } from '@grpc/grpc-js';
import { codeWords } from '../../scripts/load/outcomes.ts';
import { runLoad } from '../../scripts/load/run.ts';
import type { Ground } from './ground.ts';

/** A flood is so many times the rate. */
const floodFactor = 10;

/** What callers were told: all of it has to be true. */
export class Told {
  readonly acknowledged = new Set<string>();
  readonly answers = new Map<string, number>();
  readonly faults: string[] = [];
  readonly #ids = new Map<string, string>();

  /** @param key of the order, the same whenever it is sent again; @param orderId empty unless it was answered OK */
  answer(key: string, code: number, orderId: string): void {
    this.answers.set(codeWords(code), (this.answers.get(codeWords(code)) ?? 0) + 1);
    if (code !== status.OK) return;
    const known = this.#ids.get(key) ?? orderId;
    if (known !== orderId) this.faults.push(`the key ${key} was told two orders: ${known} and ${orderId}`);
    this.#ids.set(key, known);
    this.acknowledged.add(orderId);
  }
}

type Load = Readonly<{ name: string; rate: number; duration: number; signal?: AbortSignal | undefined }>;

/** By every gateway the same orders with the same keys: each order is answered by all of them. */
export async function load({ gateways }: Ground, told: Told, seed: number, of: Load): Promise<void> {
  await Promise.all(gateways.map((address) => loadBy(address, told, seed, of)));
}

/** Orders are drawn from as many as are sent, so that a third of them is sent again with its key. */
async function loadBy(
  address: string,
  told: Told,
  seed: number,
  { name, rate, duration, signal }: Load,
): Promise<void> {
  await runLoad(
    {
      distribution: 'poisson',
      rate,
      duration,
      seed,
      keySkew: 0,
      run: name,
      clock: 5,
      address,
    },
    {
      onOutcomes({ plan, outcomes }) {
        for (const [index, code] of outcomes.codes.entries()) {
          told.answer(`${name}:${plan.keys[index]}`, code, outcomes.orderIds[index] ?? '');
        }
      },
      ...(signal && { signal }),
    },
  );
}

type Given = Readonly<{ rate: number; seed: number; tell(line: string): void }>;

/** More orders than can be taken, again and again. */
export function floodOf(ground: Ground, told: Told, { rate, seed, tell }: Given): Ground['flood'] {
  let [floods, stop, flood] = [0, new AbortController(), Promise.resolve()];
  return {
    start() {
      stop = new AbortController();
      const more = { name: `flood-${floods++}`, rate: rate * floodFactor, duration: 600, signal: stop.signal };
      flood = load(ground, told, seed, more).catch((error) => tell(`no flood: ${error.message}`));
    },
    async stop() {
      stop.abort();
      await flood;
    },
  };
}
