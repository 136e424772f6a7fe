/** Draws the Kibana dashboards' panels for those who have no Kibana: asks Elasticsearch what Lens would ask. */

import type { Client, estypes } from '@elastic/elasticsearch';
import type { Dashboard, View } from '../../functions/console/drawnDashboard.ts';
import type { Index } from '../../functions/metrics/fields.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import type { Settings } from '../../functions/settings.ts';
import { at } from '../at.ts';
import { systemClock } from '../clock.ts';
import { Mistake } from '../faults.ts';
import { dashboards } from '../kibana/dashboards/all.ts';
import { barWidth, intervals } from '../kibana/intervals.ts';
import { type Dashboard as Described, isDeaf, type Layer } from '../kibana/panels.ts';
import { during, type Scope, searchesOf } from '../kibana/queries.ts';
import { type Answer, tableOf } from '../kibana/rows.ts';

const minute = 60_000;
/** Of a control: the latest that were seen. */
const mostOptions = 50;

/** ms between two looks at what is measured all the time, at most: a line over narrower intervals would have gaps. */
const lookEvery: Partial<Record<Index, number>> = { 'despacho-lag': 10_000, 'despacho-lab': 2000 };
const leastOf = ({ index }: Layer): number => lookEvery[index] ?? 1000;

type Search = Readonly<{ index: readonly string[]; body: object }>;

/** Asks each time anew. @throws after 15 s without an answer from Elasticsearch, which is not asked again */
export class Dashboards {
  readonly #client: Client;
  readonly #namespace: string;

  constructor(settings: Settings) {
    const { namespace } = settings;
    this.#client = connectElasticsearch(settings, { maxRetries: 0, requestTimeout: 15_000 });
    this.#namespace = namespace;
  }

  close = (): Promise<void> => this.#client.close();

  /** @throws Mistake for a dashboard or control that does not exist */
  async draw(view: View, now = systemClock.now()): Promise<Dashboard> {
    const { language } = view;
    const described = dashboards.find(({ id }) => id === view.dashboard);
    if (!described) throw new Mistake('request', `There is no dashboard ${view.dashboard}.`);
    const { scope, options } = await this.#look(described, view, now);
    const deaf = isDeaf.bind(undefined, described);
    const searches = new Map(panelsOf(described).map((panel) => [panel.id, searchesOf(panel, scope, deaf)]));
    const asked = [...searches.values()].flat();
    const answers = await this.#ask(asked.map(({ index, body }) => ({ index: [index], body })));
    const answerTo = new Map(asked.map((search, i) => [search, at(answers, i)]));
    const tablesOf = (id: string) =>
      (searches.get(id) ?? []).map((search) =>
        tableOf(search.layer, answerTo.get(search) as Answer, scope.step, language),
      );
    return {
      about: described.about[language],
      from: scope.from,
      to: scope.to,
      step: scope.step,
      dashboards: dashboards.map(({ id, title }) => ({ id, title: title[language] })),
      controls: described.controls.map(({ id, label }, i) => ({
        id,
        label: label[language],
        options: options[i] ?? [],
      })),
      rows: described.rows.map(({ panels }) =>
        panels.map(({ id, title, shape }) => ({ id, title: title[language], shape, tables: tablesOf(id) })),
      ),
    };
  }

  /** Looks what there is: from when to when, between which values, and what can be chosen. */
  async #look(described: Described, view: View, now: number): Promise<{ scope: Scope; options: string[][] }> {
    const time = { from: now - view.minutes * minute, to: now + 1 };
    const filters = filtersOf(described, view);
    const layers = panelsOf(described).flatMap((panel) => panel.layers);
    const [extent, ...lists] = await this.#ask([
      {
        index: [...new Set(layers.map(({ index }) => index))],
        body: { size: 0, query: during(time, ...filters), aggs: extentsOf(layers) },
      },
      ...described.controls.map(({ index, field }) => ({ index: [index], body: optionsOf(field, time) })),
    ]);
    const { '@timestamp': seen, ...others } = (extent as Answer).aggregations as Record<string, Extent>;
    const widths = Object.entries(others).map(([field, { min, max }]) => [field, barWidth(min ?? 0, max ?? 0)]);
    return {
      scope: {
        ...intervals(seen?.min ?? time.from, seen?.max ?? now, Math.max(...layers.map(leastOf))),
        widths: Object.fromEntries(widths),
        filters,
      },
      options: lists.map(({ aggregations }) => (aggregations as Options).values.buckets.map(({ key }) => key)),
    };
  }

  async #ask(searches: readonly Search[]): Promise<Answer[]> {
    const lines = searches.flatMap(({ index, body }) => [
      { index: index.map((name) => this.#namespace + name), ignore_unavailable: true },
      body,
    ]);
    const { responses } = await this.#client.msearch({ searches: lines as estypes.MsearchRequestItem[] });
    return responses.map((response) => {
      if ('error' in response) throw new Error(`Elasticsearch refuses a search: ${response.error.reason}`);
      return response as Answer;
    });
  }
}
type Extent = { min: number | null; max: number | null };
type Options = { values: { buckets: { key: string }[] } };

const panelsOf = ({ rows }: Described) => rows.flatMap(({ panels }) => panels);

function filtersOf({ controls }: Described, { filters }: View): object[] {
  return Object.entries(filters).map(([id, value]) => {
    const control = controls.find((one) => one.id === id);
    if (!control) throw new Mistake('request', `The dashboard has no control ${id}.`);
    return { term: { [control.field]: value } };
  });
}

/** Of the time, and of the fields whose values are grouped by their size. */
const extentsOf = (layers: readonly Layer[]) =>
  Object.fromEntries(
    ['@timestamp', ...layers.flatMap(({ across }) => (across?.by === 'histogram' ? [across.field] : []))].map(
      (field) => [field, { stats: { field } }],
    ),
  );

const optionsOf = (field: string, time: Readonly<{ from: number; to: number }>) => ({
  size: 0,
  query: during(time),
  aggs: {
    values: {
      terms: { field, size: mostOptions, order: { latest: 'desc' } },
      aggs: { latest: { max: { field: '@timestamp' } } },
    },
  },
});
