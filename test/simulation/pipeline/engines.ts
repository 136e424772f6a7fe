/** The mail server and Elasticsearch, in memory. */
import type { Bulk, Item } from '../../../functions/metrics/documents.elasticsearch.ts';
import type { Letter } from '../../../functions/notifications/ports.ts';
import { systemClock } from '../../../infra/clock.ts';
import { greylisted, noRecipient } from './answers.ts';

/** Addresses that begin so are refused: for good, or for a while. */
export const recipients = { usual: 'ana', gone: 'gone', grey: 'grey' } as const;
/** ms */
const greyFor = 20_000;

/** The letters that the mail server took. */
export class Mailbox {
  /** By step, how often each Message-ID came. */
  readonly letters = new Map<string, Map<string, number>>();
  /** By step, whom the last of them was for. */
  readonly addresses = new Map<string, string>();
  readonly #greySince = new Map<string, number>();

  /** @throws what nodemailer throws for a recipient that is refused */
  take({ to, messageId }: Letter, step: string): void {
    if (to.startsWith(recipients.gone)) throw noRecipient();
    if (to.startsWith(recipients.grey)) this.#grey(to);
    const ids = this.letters.get(step) ?? new Map<string, number>();
    this.letters.set(step, ids.set(messageId, (ids.get(messageId) ?? 0) + 1));
    this.addresses.set(step, to);
  }

  #grey(to: string): void {
    const now = systemClock.now();
    const since = this.#greySince.get(to) ?? now;
    this.#greySince.set(to, since);
    if (now - since < greyFor) throw greylisted();
  }
}

type Status = Readonly<{ status: number; type: string }>;

/** What may befall one document of a bulk request, and passes. */
export const passing = {
  full: { status: 429, type: 'es_rejected_execution_exception' },
  flooded: { status: 429, type: 'cluster_block_exception' },
  blocked: { status: 403, type: 'cluster_block_exception' },
  closed: { status: 400, type: 'index_closed_exception' },
  shards: { status: 400, type: 'validation_exception' },
  missing: { status: 404, type: 'index_not_found_exception' },
  unassigned: { status: 503, type: 'unavailable_shards_exception' },
} as const satisfies Record<string, Status>;
const unfit: Status = { status: 400, type: 'document_parsing_exception' };

const refusal = ({ status, type }: Status): Item => ({ create: { status, error: { type, reason: 'simulated' } } });

/** The documents that Elasticsearch took, by index and id; one whose id is there already is a conflict. */
export class Index {
  readonly documents = new Map<string, string>();
  readonly #trouble: (index: string) => Status | undefined;
  readonly #misfits: number;

  /** @param trouble what befalls a document of this index now @param misfits the share that is refused for good */
  constructor(trouble: (index: string) => Status | undefined, misfits: number) {
    this.#trouble = trouble;
    this.#misfits = misfits;
  }

  bulk(operations: Parameters<Bulk>[0]): Awaited<ReturnType<Bulk>> {
    const items = operations.flatMap((operation) => {
      const { create } = operation as { create?: { _index: string; _id: string } };
      return create ? [this.#create(create)] : [];
    });
    return { errors: items.some(({ create }) => (create?.status ?? 0) >= 300), items };
  }

  #create({ _index, _id }: { _index: string; _id: string }): Item {
    const trouble = this.#trouble(_index);
    if (trouble) return refusal(trouble);
    if (this.isUnfit(_id)) return refusal(unfit);
    const name = `${_index}/${_id}`;
    if (this.documents.has(name)) return refusal({ status: 409, type: 'version_conflict_engine_exception' });
    this.documents.set(name, _id);
    return { create: { status: 201 } };
  }

  /** The ids of what it holds in this index. */
  idsIn(index: string): string[] {
    return [...this.documents].flatMap(([name, id]) => (name === `${index}/${id}` ? [id] : []));
  }

  /** Always the same for the same document. */
  isUnfit(id: string): boolean {
    return Number.parseInt(id.slice(0, 4), 16) / 0x1_0000 < this.#misfits;
  }
}
