import { connectElasticsearch } from '../runtime/connection.elasticsearch.ts';
import type { Document } from '../runtime/ports.ts';
import type { Settings } from '../settings.ts';
import type { Documents } from './ports.ts';

/** What a bulk request is answered for one operation. */
export type Item = { create?: { status?: number; error?: { type?: string; reason?: string | null } } };
type Operation = Readonly<{ create: Readonly<{ _index: string; _id: string }> }> | Document['body'];
/** Sends operations, each followed by its document. @throws where they were not dealt with one by one */
export type Bulk = (operations: readonly Operation[]) => Promise<{ errors: boolean; items: readonly Item[] }>;

/** Its id is there already: an earlier attempt wrote it. */
const conflict = 409;

/**
 * What is the document's own fault. Everything else may pass: a full queue or disk, a block, a closed or missing index,
 * the limit of shards, a password.
 */
const final = new Set([
  'document_parsing_exception',
  'illegal_argument_exception',
  'mapper_parsing_exception',
  'parsing_exception',
  'strict_dynamic_mapping_exception',
]);

/** Writes by bulk `create`; creating an index by accident is left to the templates' strict mappings. */
export function elasticsearchDocuments(
  settings: Pick<Settings, 'elasticsearchUrl' | 'access' | 'namespace'>,
): Documents & { close(): Promise<void> } {
  const client = connectElasticsearch(settings, { maxRetries: 0, requestTimeout: 20_000 });
  const bulk: Bulk = async (operations) => {
    const { errors, items } = await client.bulk({ operations: [...operations] }, { meta: false });
    return { errors, items: items as Item[] };
  };
  return { ...elasticsearchDocumentsBy(bulk, settings), close: () => client.close() };
}

/** By whatever answers as Elasticsearch does. */
export function elasticsearchDocumentsBy(bulk: Bulk, { namespace }: Pick<Settings, 'namespace'>): Documents {
  return {
    async create(documents) {
      if (documents.length === 0) return [];
      const operations = documents.flatMap(({ index, id, body }) => [
        { create: { _index: namespace + index, _id: id } },
        body,
      ]);
      const { errors, items } = await bulk(operations);
      return errors ? refused(documents, items) : [];
    },
  };
}

/** @throws Error that says what Elasticsearch waits for, where it is not the documents' fault */
function refused(documents: readonly Document[], items: readonly Item[]): { document: Document; reason: string }[] {
  const out: { document: Document; reason: string }[] = [];
  const waits = new Map<string, number>();
  items.forEach(({ create }, index) => {
    const [document, status = 500] = [documents[index], create?.status];
    if (!document || status < 300 || status === conflict) return;
    const { type = 'no reason', reason = '' } = create?.error ?? {};
    if (status === 400 && final.has(type)) out.push({ document, reason: `${type}: ${reason}` });
    else waits.set(`${status} ${type}: ${reason}`, (waits.get(`${status} ${type}: ${reason}`) ?? 0) + 1);
  });
  if (waits.size === 0) return out;
  const reasons = [...waits].map(([reason, count]) => `${count} × ${reason}`);
  throw new Error(`Elasticsearch cannot take documents now, they wait in Kafka: ${reasons.join('; ')}`);
}
