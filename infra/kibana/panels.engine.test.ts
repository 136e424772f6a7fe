/** Every panel of every dashboard, asked of the real Elasticsearch about a real run. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Cell, Column, Dashboard, Panel } from '../../functions/console/drawnDashboard.ts';
import { indexNames } from '../../functions/metrics/fields.ts';
import { languages } from '../../functions/orders/lifecycle.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import { Dashboards } from '../console/drawDashboards.ts';
import { dashboards as described } from './dashboards/all.ts';
import { eventfulRun } from './eventfulRun.fixture.ts';

type Happening = Awaited<ReturnType<typeof eventfulRun>>;

let happening: Happening;
let dashboards: Dashboards;

before(async () => {
  happening = await eventfulRun();
  const { settings } = happening.trial;
  const elasticsearch = connectElasticsearch(settings);
  await elasticsearch.indices.refresh({ index: indexNames.map((name) => settings.namespace + name) });
  await elasticsearch.close();
  dashboards = new Dashboards(settings);
});
after(async () => {
  await dashboards?.close();
  await happening?.close();
});

/** Something that is counted must be there; of a measure there must be a value. */
const says = ({ kind }: Column, value: Cell) => (kind === 'count' ? Number(value) > 0 : Number.isFinite(value));

function check({ tables }: Panel): void {
  for (const { columns, rows } of tables) {
    for (const [index, column] of columns.entries()) {
      if (!['count', 'measure'].includes(column.kind)) continue;
      const found = rows.some((row) => says(column, row[index] ?? null));
      assert.ok(found, `${column.label}: none of ${rows.length} rows has a value`);
    }
  }
}

const whole = { minutes: 60, filters: {} };
const firstOf = ({ rows }: Dashboard, panel: string): Cell | undefined =>
  rows.flat().find(({ id }) => id === panel)?.tables[0]?.rows[0]?.[0];

for (const language of languages) {
  test(`every panel draws something of a run in which everything happens (${language})`, async (context) => {
    for (const { id: dashboard } of described) {
      const { rows } = await dashboards.draw({ ...whole, dashboard, language });
      for (const panel of rows.flat()) await context.test(`${dashboard} ${panel.id}`, () => check(panel));
    }
  });
}

test('what is chosen in a control narrows what listens to it, and all that can be chosen is told', async () => {
  const orders = { ...whole, dashboard: 'orders', language: 'en' } as const;
  const all = await dashboards.draw(orders);
  const options = Object.fromEntries(all.controls.map(({ id, options }) => [id, options]));
  assert.deepEqual([options.run, options.distribution], [[happening.trial.run], ['poisson', 'test']]);
  const narrowed = await dashboards.draw({ ...orders, filters: { distribution: 'poisson' } });
  assert.equal(Number(firstOf(all, 'received')) - Number(firstOf(narrowed, 'received')), 1);
  assert.equal(firstOf(narrowed, 'per-minute'), firstOf(all, 'per-minute'));
  assert.equal(firstOf(await dashboards.draw({ ...orders, filters: { run: 'none' } }), 'received'), 0);
});

test('a time without documents is drawn too, and what does not exist is refused', async () => {
  const view = { ...whole, dashboard: 'orders', language: 'en' } as const;
  const empty = await dashboards.draw(view, Date.parse('2001-01-01'));
  assert.equal(firstOf(empty, 'received'), 0);
  assert.deepEqual(new Date(empty.to - 1).toISOString().slice(0, 10), '2001-01-01');
  await assert.rejects(dashboards.draw({ ...view, dashboard: 'nothing' }), /no dashboard nothing/);
  await assert.rejects(dashboards.draw({ ...view, filters: { bank: 'x' } }), /no control bank/);
});
