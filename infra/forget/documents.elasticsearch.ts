import type { Client } from '@elastic/elasticsearch';
import type { Index } from '../../functions/metrics/fields.ts';
import { chunks } from '../../functions/runtime/chunks.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import type { Document } from '../../functions/runtime/ports.ts';
import type { Settings } from '../../functions/settings.ts';

/** The one index that says more of an order than when it moved. */
const index: Index = 'despacho-transitions';
const personal = ['product', 'bank', 'card_brand', 'gateway', 'region'].map((name) => `despacho.order.${name}`);

/** A document's fields without those that say something of a customer. */
export const withoutCustomer = (body: Document['body']): Document['body'] =>
  Object.fromEntries(Object.entries(body).filter(([field]) => !personal.includes(field)));

const mostIds = 1000;
const atOnce = 1000;

/**
 * Takes from the documents of these orders whatever says something of their customer. When each step happened stays, so
 * that figures and audits of the past do not change; a rebuild leaves such documents as they are, and makes
 * them so where they are lost.
 * @returns how many documents had something to take
 */
export async function forgetDocuments(settings: Settings, orderIds: readonly string[]): Promise<number> {
  const client = connectElasticsearch(settings);
  const name = settings.namespace + index;
  let count = 0;
  try {
    for (const ids of chunks(orderIds, mostIds)) {
      for (;;) {
        const blanked = await blankSome(client, name, ids);
        count += blanked;
        if (blanked === 0) break;
      }
    }
    return count;
  } finally {
    await client.close();
  }
}

/** Blanks up to `atOnce` documents that still say something. */
async function blankSome(client: Client, name: string, ids: readonly string[]): Promise<number> {
  await client.indices.refresh({ index: name, ignore_unavailable: true });
  const { hits } = await client.search<Record<string, unknown>>({
    index: name,
    ignore_unavailable: true,
    size: atOnce,
    query: {
      bool: {
        filter: [{ terms: { 'despacho.order.id': [...ids] } }],
        should: personal.map((field) => ({ exists: { field } })),
        minimum_should_match: 1,
      },
    },
  });
  if (hits.hits.length === 0) return 0;
  const operations = hits.hits.flatMap(({ _index, _id, _source = {} }) => [
    { index: { _index, ...(_id && { _id }) } },
    withoutCustomer(_source),
  ]);
  const { errors, items } = await client.bulk({ operations });
  const fault = errors && items.find((item) => item.index?.error)?.index?.error;
  if (fault) throw new Error(`${fault.type}: ${fault.reason}`);
  return hits.hits.length;
}
