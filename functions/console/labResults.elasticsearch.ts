/** What the message lab's runs measured, as Elasticsearch keeps it. */
import type { estypes } from '@elastic/elasticsearch';
import type { Body } from '../metrics/fields.ts';
import { connectElasticsearch } from '../runtime/connection.elasticsearch.ts';
import type { Settings } from '../settings.ts';

const index = 'despacho-lab';
const prefix = 'despacho.lab.';
const mostRuns = 50;
/** Seconds of a run times its processes, and some. */
const mostSamples = 10_000;

type Fields = Body<typeof index>;
type Short<F extends string> = F extends `despacho.lab.${infer S}` | `despacho.${infer S}` ? S : F;

/** A document of the lab by the last parts of its fields' names. */
export type LabDocument = {
  readonly [F in keyof Fields & string as Short<F>]?: Exclude<Fields[F], readonly number[] | undefined>;
};

const short = (body: Fields): LabDocument =>
  Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name.replace(prefix, '').replace('despacho.', ''), value]),
  );

async function search(
  settings: Settings,
  query: object,
  sort: estypes.SortCombinations,
  size: number,
): Promise<LabDocument[]> {
  const client = connectElasticsearch(settings, { maxRetries: 1, requestTimeout: 5000 });
  const where = { index: settings.namespace + index, ignore_unavailable: true };
  try {
    await client.indices.refresh(where);
    const { hits } = await client.search<Fields>({ ...where, query, sort: [sort], size });
    return hits.hits.map(({ _source }) => short(_source ?? {}));
  } finally {
    await client.close();
  }
}

/** What came out of the latest runs, newest first. */
export const labResults = (settings: Settings): Promise<LabDocument[]> =>
  search(
    settings,
    { term: { [`${prefix}kind`]: 'result' } },
    { '@timestamp': { order: 'desc', unmapped_type: 'date' } },
    mostRuns,
  );

/** Each second of one run: its rates, and what each process used. */
export function labSamples(settings: Settings, run: string): Promise<LabDocument[]> {
  const query = {
    bool: { filter: [{ term: { 'despacho.run': run } }], must_not: [{ term: { [`${prefix}kind`]: 'result' } }] },
  };
  return search(settings, query, { [`${prefix}second`]: { order: 'asc', unmapped_type: 'double' } }, mostSamples);
}
