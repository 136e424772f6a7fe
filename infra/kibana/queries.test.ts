/** The console draws without Kibana: what it asks must be what Kibana is given to ask. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languages } from '../../functions/orders/lifecycle.ts';
import { dashboards } from './dashboards/all.ts';
import { isDeaf } from './panels.ts';
import { matching, type Scope, searchesOf } from './queries.ts';
import { tableOf } from './rows.ts';
import { indexOfView, lensesOf, parseObjects } from './saved.fixture.ts';
import { savedObjects } from './savedObjects.ts';
import { columnsOf, layersOf, savedSearches } from './savedQueries.fixture.ts';

const scope: Scope = {
  from: 1_000_000,
  to: 2_000_000,
  step: 5000,
  widths: { 'despacho.delivery.error': 5 },
  filters: [{ term: { 'despacho.run': 'a' } }],
};
const nothing = { hits: { total: { value: 0 } } };
const places = dashboards.flatMap((dashboard) =>
  dashboard.rows.flatMap(({ panels }) => panels.map((panel) => ({ dashboard, panel }))),
);

for (const language of languages) {
  const objects = parseObjects(savedObjects(language));
  const lenses = new Map(lensesOf(objects).map((lens) => [lens.id, lens]));
  for (const { dashboard, panel } of places) {
    const lens = lenses.get(`despacho-${language}-${dashboard.id}-${panel.id}`);
    assert.ok(lens);

    test(`${dashboard.id} ${panel.id}: the console asks what its saved object asks (${language})`, () => {
      const asked = searchesOf(panel, scope, isDeaf.bind(undefined, dashboard));
      const saved = savedSearches(lens, scope).map(({ dataView, body }) => ({
        index: indexOfView(objects)(dataView),
        body,
      }));
      assert.deepEqual(
        asked.map(({ index, body }) => ({ index, body })),
        saved,
      );
    });

    test(`${dashboard.id} ${panel.id}: the console names what its saved object names (${language})`, () => {
      assert.equal(panel.title[language], lens.attributes.title);
      const saved = layersOf(lens).map(({ layer }) => {
        const { groups, metrics } = columnsOf(layer);
        return [...groups, ...metrics].map(({ column }) => column.label);
      });
      // Without groups there is one row, of nothing; with groups the answer has none.
      const empty = { ...nothing, aggregations: { split: { buckets: [] }, x: { buckets: [] } } };
      const drawn = panel.layers.map((layer) => tableOf(layer, empty, scope.step, language).columns);
      assert.deepEqual(
        drawn.map((columns) => columns.map(({ label }) => label)),
        saved,
      );
    });
  }
}

test('a condition asks for all of its fields, whatever the values hold', () => {
  assert.deepEqual(matching(), { bool: { filter: [] } });
  const condition = { 'faas.name': ['ship', 'a "b" and c'], 'faas.coldstart': true, 'despacho.retries': { above: 0 } };
  assert.deepEqual(matching(condition as Parameters<typeof matching>[0]), {
    bool: {
      filter: [
        { terms: { 'faas.name': ['ship', 'a "b" and c'] } },
        { term: { 'faas.coldstart': true } },
        { range: { 'despacho.retries': { gt: 0 } } },
      ],
    },
  });
});
