import type { Batch } from './batch.ts';

type Sequences = Readonly<{ first: number; last: number; baseOffset: number }>;
type Entry = { epoch: number; readonly recent: Sequences[] };

/** Of so many batches of a producer a broker knows the numbers. */
const remembered = 5;
const mostSequence = 0x7fffffff;

type Judgement =
  | Readonly<{ kind: 'new' }>
  | Readonly<{ kind: 'duplicate'; baseOffset: number }>
  | Readonly<{ kind: 'refused'; error: string }>;

/** What a partition knows of idempotent producers: who they are, and what came from them last. */
export class ProducerStates {
  readonly #entries = new Map<number, Entry>();

  /** Whether a batch may be written, is known already, or is out of turn. */
  judge(batch: Batch): Judgement {
    const entry = this.#entries.get(batch.producerId);
    if (batch.producerId < 0 || batch.control || !entry) return { kind: 'new' };
    if (batch.epoch < entry.epoch) return { kind: 'refused', error: 'INVALID_PRODUCER_EPOCH' };
    const last = batch.sequence + batch.count - 1;
    if (batch.epoch > entry.epoch) return inTurn(batch.sequence === 0);
    const known = entry.recent.find((one) => one.first === batch.sequence && one.last === last);
    if (known) return { kind: 'duplicate', baseOffset: known.baseOffset };
    const latest = entry.recent.at(-1);
    return inTurn(!latest || batch.sequence === (latest.last === mostSequence ? 0 : latest.last + 1));
  }

  /** @param batch as it is written in the log */
  written(batch: Batch): void {
    if (batch.producerId < 0) return;
    let entry = this.#entries.get(batch.producerId);
    if (!entry || entry.epoch !== batch.epoch) {
      entry = { epoch: batch.epoch, recent: [] };
      this.#entries.set(batch.producerId, entry);
    }
    if (batch.control) return;
    const last = batch.sequence + batch.lastOffset - batch.baseOffset;
    entry.recent.push({ first: batch.sequence, last, baseOffset: batch.baseOffset });
    if (entry.recent.length > remembered) entry.recent.shift();
  }

  forget(): void {
    this.#entries.clear();
  }
}

const inTurn = (right: boolean): Judgement =>
  right ? { kind: 'new' } : { kind: 'refused', error: 'OUT_OF_ORDER_SEQUENCE_NUMBER' };
