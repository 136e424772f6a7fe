/** Writes the scenario's records, and reads what is set aside. */
import type { NewRecord } from '../../../infra/simulation/kafka/records.ts';
import type { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import type { Ledger } from './ledger.ts';
import type { Append, Item, Scenario } from './scenario.ts';
import { marks, topic } from './service.ts';

const deep = 5000;
const large = 120_000;
/** Before its version. */
const functionInArn = 6;
/** kafkajs once took a record with this key for the marker of an aborted transaction. */
const int32Zero = Buffer.alloc(4);

/** What a writer knows of the world. */
export type Written = Readonly<{ kafka: SimulatedKafka; scenario: Scenario; ledgers: ReadonlyMap<string, Ledger> }>;

export class Writer {
  readonly #world: Written;
  #lastId = 0;
  #incarnation = 0;
  readonly #read = new Map<number, number>();

  constructor(world: Written) {
    this.#world = world;
  }

  get written(): number {
    return this.#lastId;
  }

  append({ partition, items, compression, transaction, lasts }: Append): void {
    const { kafka } = this.#world;
    if (!kafka.topics.includes(topic) || partition >= kafka.partitions(topic)) return;
    const first = this.#lastId + 1;
    const records = items.map((item) => this.#record(item, ++this.#lastId));
    const open = transaction ? kafka.records.transaction() : undefined;
    const at = open
      ? open.append(topic, partition, records)
      : kafka.records.append(topic, partition, records, { compression });
    for (const [index, item] of items.entries()) {
      const record = records[index] as NewRecord;
      this.#note(item, { record, id: first + index, partition, offset: at + index, open: open !== undefined });
    }
    if (!open) return;
    setTimeout(() => {
      if (transaction === 'committed') open.commit();
      else open.abort();
      this.#decide(first, items.length, transaction === 'committed' ? 'yes' : 'aborted');
    }, lasts);
  }

  #record({ key, wanted, shape }: Item, id: number): NewRecord {
    const mark = wanted ? marks[id % 2] : marks[2];
    const number: [string, string] = ['n', `${id}`];
    const value = JSON.stringify({ a: mark, ...(shape === 'large' ? { filler: 'x'.repeat(large) } : {}) });
    return {
      key: shape === 'int32 key' ? int32Zero : key,
      value: shape === 'tombstone' ? null : shape === 'deep' ? `{"a":${'['.repeat(deep)}${']'.repeat(deep)}}` : value,
      headers: shape === 'inherited header' ? [['constructor', 'x'], ['__proto__', 'y'], number] : [number],
      ...(shape === 'no time' ? { timestamp: -1 } : {}),
    };
  }

  /** Without a value, or with one that does not say so, a record is nothing that a filter wants. */
  #note(
    { wanted, failures, shape }: Item,
    of: { record: NewRecord; id: number; partition: number; offset: number; open: boolean },
  ): void {
    const { setting, readers } = this.#world.scenario;
    const { record, id, partition, offset, open } = of;
    const filters = setting.filtered || readers === 'two events';
    const lanes = readers === 'two events' ? `${id % 2}/` : '';
    const place = `${this.#incarnation}/${lanes}${partition}`;
    const lane =
      setting.ordering === 'none' || (setting.ordering === 'key' && record.key === null)
        ? undefined
        : setting.ordering === 'key'
          ? `${place}/${String(record.key)}`
          : place;
    const matters = !filters || (wanted && shape !== 'tombstone' && shape !== 'deep');
    for (const ledger of this.#world.ledgers.values()) {
      ledger.add({ id, partition, offset, wanted: matters, failures, lane, visible: open ? 'open' : 'yes' });
    }
  }

  #decide(first: number, count: number, visible: 'yes' | 'aborted'): void {
    for (const ledger of this.#world.ledgers.values()) {
      for (let id = first; id < first + count; id++) {
        const entry = ledger.get(id);
        if (entry) entry.visible = visible;
      }
    }
  }

  /** Notes what has gone from the logs. */
  lookAgain(): void {
    const { kafka, ledgers } = this.#world;
    const partitions = kafka.topics.includes(topic) ? kafka.partitions(topic) : 0;
    const there = Array.from(
      { length: partitions },
      (_, partition) => new Set(kafka.records.read(topic, partition).map(({ offset }) => offset)),
    );
    for (const ledger of ledgers.values()) {
      for (const entry of ledger.entries) entry.there &&= there[entry.partition]?.has(entry.offset) ?? false;
    }
  }

  /** The topic begins anew. */
  renewed(): void {
    this.#incarnation++;
    for (const ledger of this.#world.ledgers.values()) ledger.begin();
  }

  /** Marks what has come into the destination since it was last read. */
  readDestination(): void {
    const { kafka } = this.#world;
    const dead = `${topic}.dead`;
    for (let partition = 0; partition < kafka.partitions(dead); partition++) {
      const from = this.#read.get(partition) ?? 0;
      if (kafka.records.ends(dead, partition).end === from) continue;
      for (const record of kafka.records.read(dead, partition)) if (record.offset >= from) this.#setAside(record);
      this.#read.set(partition, kafka.records.ends(dead, partition).end);
    }
  }

  #setAside({ headers, value }: { headers: NewRecord['headers']; value: Buffer | null }): void {
    const header = (name: string) => headers?.findLast(([one]) => one === name)?.[1];
    const letter = header('dead.condition') ? undefined : JSON.parse(String(value));
    const [kept] = letter
      ? (Object.values(letter.payload.records).flat() as { headers: Record<string, number[]>[] }[])
      : [];
    const inside = kept?.headers.findLast((one) => 'n' in one)?.n;
    const id = Number(inside ? Buffer.from(inside) : header('n'));
    const condition = letter ? letter.requestContext.condition : String(header('dead.condition'));
    const by = letter ? letter.requestContext.functionArn.split(':')[functionInArn] : String(header('dead.function'));
    for (const [name, ledger] of this.#world.ledgers) {
      const entry = ledger.get(id);
      if (entry && by === name) ledger.stored(entry, condition);
    }
  }
}
