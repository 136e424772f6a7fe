import { Client } from '@elastic/elasticsearch';
import type { Document } from '../runtime/ports.ts';
import type { Settings } from '../settings.ts';
import type { Documents } from './ports.ts';

type Item = { create?: { status?: number; error?: { type?: string; reason?: string | null } } };

/** Its id is there already: an earlier attempt wrote it. */
const conflict = 409;

const tooBusy = (status: number): boolean => status === 429 || status >= 500;

/** Writes by bulk `create`; creating an index by accident is left to the templates' strict mappings. */
export function elasticsearchDocuments(
  settings: Pick<Settings, 'elasticsearchUrl' | 'namespace'>,
): Documents & { close(): Promise<void> } {
  const client = new Client({ node: settings.elasticsearchUrl, maxRetries: 0, requestTimeout: 5000 });
  return {
    async create(documents) {
      if (documents.length === 0) return [];
      const operations = documents.flatMap(({ index, id, body }) => [
        { create: { _index: settings.namespace + index, _id: id } },
        body,
      ]);
      const { errors, items } = await client.bulk({ operations }, { meta: false });
      return errors ? refused(documents, items as Item[]) : [];
    },
    close: () => client.close(),
  };
}

function refused(documents: readonly Document[], items: Item[]): { document: Document; reason: string }[] {
  const out: { document: Document; reason: string }[] = [];
  items.forEach(({ create }, index) => {
    const [document, status = 500] = [documents[index], create?.status];
    if (!document || status < 300 || status === conflict) return;
    const reason = `${create?.error?.type}: ${create?.error?.reason}`;
    if (tooBusy(status)) throw new Error(`Elasticsearch cannot take documents now (${status}, ${reason})`);
    out.push({ document, reason });
  });
  return out;
}
