/** What a person can read of a saved object, and what would mislead: each demand is made of every one of them. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { indices } from '../../functions/metrics/fields.ts';
import { languages } from '../../functions/orders/lifecycle.ts';
import { indexOfView, lensesOf, parseObjects } from './saved.fixture.ts';
import { savedObjects } from './savedObjects.ts';
import { columnsOf, type Lens, layersOf } from './savedQueries.fixture.ts';

const json = z.string().transform((text) => JSON.parse(text) as unknown);
const dashboardSchema = z.object({
  panelsJSON: json.pipe(
    z.array(z.object({ panelRefName: z.string(), gridData: z.object({ w: z.number(), h: z.number() }) })),
  ),
  controlGroupInput: z.object({
    panelsJSON: json.pipe(
      z.record(z.string(), z.object({ width: z.string(), explicitInput: z.object({ fieldName: z.string() }) })),
    ),
  }),
});

/** Every panel with where it stands and which controls stand above it. */
const panels = languages.flatMap((language) => {
  const objects = parseObjects(savedObjects(language));
  const lenses = new Map(lensesOf(objects).map((lens) => [lens.id, lens]));
  return objects
    .filter(({ type }) => type === 'dashboard')
    .flatMap(({ attributes, references }) => {
      const { panelsJSON, controlGroupInput } = dashboardSchema.parse(attributes);
      return panelsJSON.map(({ panelRefName, gridData }) => {
        const lens = lenses.get(references.find(({ name }) => name.endsWith(panelRefName))?.id ?? '');
        assert.ok(lens, panelRefName);
        return { lens, grid: gridData, controls: Object.values(controlGroupInput.panelsJSON), objects };
      });
    });
});
type Panel = (typeof panels)[number];

const visualOf = ({ attributes }: Lens) => attributes.state.visualization;
const isA = (type: Lens['attributes']['visualizationType']) => (panel: Panel) =>
  panel.lens.attributes.visualizationType === type;
const charts = panels.filter(isA('lnsXY'));
const tables = panels.filter(isA('lnsDatatable'));
const columnsIn = ({ lens }: Panel) =>
  layersOf(lens).flatMap(({ layer }) => Object.entries(layer.columns).map(([id, column]) => ({ id, column })));

function demand(title: string, of: readonly Panel[], check: (panel: Panel) => void): void {
  test(title, () => {
    assert.ok(of.length > 0);
    for (const panel of of) {
      try {
        check(panel);
      } catch (error) {
        throw new Error(panel.lens.id, { cause: error });
      }
    }
  });
}

demand('no two columns of a panel share an id, or one would have the name of the other', panels, (panel) => {
  const ids = columnsIn(panel).map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

demand(
  'a panel listens to every control whose field it has, and to none else',
  panels,
  ({ lens, controls, objects }) => {
    for (const { layer, dataView } of layersOf(lens)) {
      const fields = indices[indexOfView(objects)(dataView)];
      const has = controls.map(({ explicitInput }) => explicitInput.fieldName in fields);
      assert.deepEqual([...new Set(has)], [!layer.ignoreGlobalFilters]);
    }
  },
);

demand('as many controls as there are fit into one row', panels, ({ controls }) => {
  const lines = { small: 1 / 4, medium: 1 / 3 } as Record<string, number>;
  const width = controls.reduce((sum, control) => sum + (lines[control.width] ?? 1), 0);
  assert.ok(width <= 1, `${width} of a row`);
});

demand('no axis has the title of the first of its figures, or one that Kibana says in English', charts, ({ lens }) => {
  const histogram = columnsIn({ lens } as Panel).some(({ column }) => column.operationType === 'range');
  assert.deepEqual(visualOf(lens).axisTitlesVisibilitySettings, { x: histogram, yLeft: false, yRight: false });
});

demand('a legend is as wide as its names', charts, ({ lens }) => {
  assert.deepEqual(visualOf(lens).legend, { legendSize: 'auto', shouldTruncate: false });
});

demand('no line is drawn over a pause', charts, ({ lens }) => {
  const { layers = [], fittingFunction } = visualOf(lens);
  const line = layers.some(({ seriesType }) => seriesType === 'line');
  assert.equal(fittingFunction, line ? 'None' : undefined);
});

demand('what is stacked is of one kind: documents or what they count, and no document twice', charts, (panel) => {
  const stacked = visualOf(panel.lens).layers?.some(({ seriesType }) => seriesType.endsWith('_stacked'));
  for (const { layer } of stacked ? layersOf(panel.lens) : []) {
    const { metrics } = columnsOf(layer);
    assert.equal(new Set(metrics.map(({ column }) => column.operationType)).size, 1);
    const fields = metrics.map(({ column }) => ('filter' in column && column.filter?.query.split(':')[0]) || '');
    assert.equal(new Set(fields).size, 1, 'conditions on different fields can hold for one document');
  }
});

demand('a histogram has bars that can be told apart', charts, (panel) => {
  for (const { column } of columnsIn(panel)) {
    if (column.operationType === 'range') assert.ok(Number(column.params.maxBars) <= 20, String(column.params.maxBars));
  }
});

demand('a figure has the decimals that mean something, and a duration its unit', panels, ({ lens }) => {
  for (const { column } of layersOf(lens).flatMap(({ layer }) => columnsOf(layer).metrics)) {
    const { operationType, label } = column;
    const decimals =
      'params' in column && 'format' in column.params ? column.params.format?.params.decimals : undefined;
    const rate = 'timeScale' in column && column.timeScale !== undefined;
    if ('sourceField' in column && column.sourceField === 'event.duration') assert.equal(decimals, undefined, label);
    else if (['count', 'unique_count'].includes(operationType) && !rate) assert.equal(decimals, 0, label);
    else assert.ok(decimals !== undefined && decimals <= 3, label);
  }
});

/** Pixels of Kibana 8.12 in a window of 1440: a grid line with its margin, a row, a title with a heading of two lines. */
const sizes = { width: 1424, line: 28, row: 34, head: 104, figure: 90, name: 190 } as const;

demand('a table shows whole headings, and names from the left', tables, ({ lens }) => {
  const { columns = [], headerRowHeight } = visualOf(lens);
  assert.equal(headerRowHeight, 'auto');
  const [first] = layersOf(lens);
  for (const { id, column } of columnsOf(first?.layer ?? assert.fail()).groups) {
    const drawn = columns.find(({ columnId }) => columnId === id);
    assert.equal(drawn?.alignment, 'left', column.label);
    assert.equal(drawn?.width, column.operationType === 'filters' ? sizes.name : undefined, column.label);
  }
});

demand('a table shows all of its rows and columns without scrolling', tables, ({ lens, grid }) => {
  const [first] = layersOf(lens);
  const { groups, metrics } = columnsOf(first?.layer ?? assert.fail());
  const rows = groups.reduce((product, { column }) => {
    if (column.operationType === 'filters') return product * column.params.filters.length;
    return column.operationType === 'terms' ? product * column.params.size : product;
  }, 1);
  assert.ok(grid.h * sizes.line - 8 >= sizes.head + rows * sizes.row, `${rows} rows in ${grid.h} lines`);
  const needed = groups.length * sizes.name + metrics.length * sizes.figure;
  assert.ok((grid.w / 48) * sizes.width >= needed, `${needed} px in ${grid.w} of 48`);
});

demand("the lab's live runs are never averaged with its backlogs", panels, ({ lens, objects }) => {
  for (const { layer, dataView } of layersOf(lens)) {
    const { groups, metrics } = columnsOf(layer);
    const ofRuns = /kind: "result"/.test(lens.attributes.state.query.query);
    if (indexOfView(objects)(dataView) !== 'despacho-lab' || !ofRuns) continue;
    if (!metrics.some(({ column }) => column.operationType === 'average')) continue;
    const asked = groups.flatMap(({ column }) => (column.operationType === 'filters' ? column.params.filters : []));
    assert.ok(asked.some(({ input }) => /despacho\.lab\.pace: "live"/.test(input.query)));
  }
});
