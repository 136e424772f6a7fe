/** Every panel of every dashboard, asked of the real Elasticsearch about a real run. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Client } from '@elastic/elasticsearch';
import { indexNames } from '../../functions/metrics/fields.ts';
import { languages } from '../../functions/orders/lifecycle.ts';
import { eventfulRun } from './eventfulRun.ts';
import { type Column, isBucketed, type Lens, type Search, searchesOf } from './queries.ts';
import { indexOfView, lensesOf, parseObjects } from './saved.ts';
import { savedObjects } from './savedObjects.ts';

type Happening = Awaited<ReturnType<typeof eventfulRun>>;
type Bucket = Readonly<{ doc_count: number }> & Readonly<Record<string, unknown>>;

let happening: Happening;
let elasticsearch: Client;

before(async () => {
  happening = await eventfulRun();
  const { elasticsearchUrl: node, namespace } = happening.trial.settings;
  elasticsearch = new Client({ node });
  await elasticsearch.indices.refresh({ index: indexNames.map((name) => namespace + name) });
});
after(async () => {
  await elasticsearch?.close();
  await happening?.close();
});

/** The innermost buckets: the rows of the table that Lens draws from. */
function rowsOf(found: Bucket, buckets: readonly string[]): Bucket[] {
  const [id, ...rest] = buckets;
  if (id === undefined) return [found];
  const { buckets: within } = found[id] as { buckets: Bucket[] | Record<string, Bucket> };
  return Object.values(within).flatMap((bucket) => rowsOf(bucket, rest));
}

type Measured = { value?: number | null; values?: Record<string, number | null> };

/** What a column shows in a row. */
function shown(id: string, column: Column, row: Bucket): number | null {
  const within = row[id] as (Bucket & Measured & { value?: Measured }) | undefined;
  const filtered = 'filter' in column && column.filter;
  if (column.operationType === 'count') return filtered ? (within?.doc_count ?? null) : row.doc_count;
  const measured = filtered ? (within?.value as Measured) : within;
  const [percentile] = Object.values(measured?.values ?? {});
  return percentile ?? (measured?.value as number | null | undefined) ?? null;
}

/** Something that is counted must be there; of a measure there must be a value. */
const says = (column: Column, value: number | null) =>
  value !== null && (['count', 'sum'].includes(column.operationType) ? value > 0 : Number.isFinite(value));

async function check(lens: Lens, { layer, body }: Search, index: string): Promise<void> {
  const answer = await elasticsearch.search({ index, ...body } as never);
  const total = answer.hits.total as { value: number };
  const top = { ...answer.aggregations, doc_count: total.value } as Bucket;
  const columns = layer.columnOrder.map((id) => [id, layer.columns[id] as Column] as const);
  const buckets = columns.filter(([, column]) => isBucketed(column)).map(([id]) => id);
  const rows = rowsOf(top, buckets);
  for (const [id, column] of columns.filter(([, column]) => !isBucketed(column))) {
    const found = rows.some((row) => says(column, shown(id, column, row)));
    assert.ok(found, `${lens.id}, ${column.label}: none of ${rows.length} rows of ${index} has a value`);
  }
}

for (const language of languages) {
  test(`every panel draws something of a run in which everything happens (${language})`, async (context) => {
    const { namespace } = happening.trial.settings;
    const objects = parseObjects(savedObjects(language, namespace));
    const indexOf = indexOfView(objects, namespace);
    for (const lens of lensesOf(objects)) {
      await context.test(lens.id.slice(namespace.length), async () => {
        for (const search of searchesOf(lens)) await check(lens, search, namespace + indexOf(search.dataView));
      });
    }
  });
}
