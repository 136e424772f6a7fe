/** A dashboard's panels and controls in one language, as whoever draws them without Kibana needs them. */
import type { Index } from '../../functions/metrics/fields.ts';
import type { Language } from '../../functions/orders/lifecycle.ts';
import { dashboards } from './dashboards/all.ts';
import { lensObject } from './lens.ts';
import type { Dashboard, Panel } from './panels.ts';
import { layersOf, lensSchema } from './queries.ts';
import { isDeaf } from './savedObjects.ts';

/** Here a data view is called what its index is. */
const indexOf = (dataView: string): Index => dataView as Index;

function panelOf(dashboard: Dashboard, panel: Panel, language: Language) {
  const setting = { language, dataView: (index: Index) => index, deaf: isDeaf.bind(undefined, dashboard) };
  const lens = lensSchema.parse(lensObject(panel.id, panel, setting));
  return { id: panel.id, title: lens.attributes.title, shape: panel.shape, lens };
}

/** @returns undefined where there is no such dashboard */
export function boardOf(id: string, language: Language) {
  const dashboard = dashboards.find((one) => one.id === id);
  if (!dashboard) return undefined;
  const rows = dashboard.rows.map(({ panels }) => panels.map((panel) => panelOf(dashboard, panel, language)));
  const layers = rows.flat().flatMap(({ lens }) => layersOf(lens));
  return {
    about: dashboard.about[language],
    controls: dashboard.controls.map(({ label, ...control }) => ({ ...control, label: label[language] })),
    rows,
    indices: [...new Set(layers.map(({ dataView }) => indexOf(dataView)))],
    /** Fields whose values are grouped by their size. */
    histograms: layers.flatMap(({ layer }) =>
      Object.values(layer.columns).flatMap((column) => (column.operationType === 'range' ? [column.sourceField] : [])),
    ),
  };
}
export type Board = NonNullable<ReturnType<typeof boardOf>>;

export const boardNames = (language: Language) => dashboards.map(({ id, title }) => ({ id, title: title[language] }));
