/**
 * Everything that Kibana is given: data views, panels and dashboards with fixed ids, so that another import replaces
 * them, in a fixed order, so that a change of one panel is a change of one line.
 */

import { join } from 'node:path';
import { type Index, indexNames, indices } from '../../functions/metrics/fields.ts';
import type { Language } from '../../functions/orders/lifecycle.ts';
import { dashboards } from './dashboards/all.ts';
import { lensObject } from './lens.ts';
import { type Control, type Dashboard, isDeaf, type Layer, type Panel, type Words } from './panels.ts';

const gridWidth = 48;

/** Kibana 8.12 knows these versions; later ones migrate what it wrote. */
const versions = { coreMigrationVersion: '8.8.0' } as const;

/** Ids and names of one set: of one language, for the indices of one namespace. */
type Set = Readonly<{ namespace: string; language: Language }>;

const idOf = ({ namespace, language }: Set, ...parts: string[]) =>
  [`${namespace}despacho`, language, ...parts].join('-');
const dataViewId = (set: Set, index: Index) => idOf(set, 'data', index.replace('despacho-', ''));
const nameOf = ({ namespace }: Set, name: string) => (namespace ? `${name} (${namespace.slice(0, -1)})` : name);

/** Durations are stored in nanoseconds, and read in whichever unit fits. */
const durationFormat = {
  id: 'duration',
  params: {
    inputFormat: 'nanoseconds',
    outputFormat: 'humanizePrecise',
    outputPrecision: 1,
    showSuffix: true,
    useShortSuffix: true,
    includeSpaceWithSuffix: true,
  },
};

const dataView = (set: Set, index: Index) => ({
  type: 'index-pattern',
  id: dataViewId(set, index),
  attributes: {
    title: `${set.namespace}${index}`,
    name: nameOf(set, dataViewNames[index][set.language]),
    timeFieldName: '@timestamp',
    // Kibana asks Elasticsearch for them.
    fields: '[]',
    fieldFormatMap: JSON.stringify('event.duration' in indices[index] ? { 'event.duration': durationFormat } : {}),
    runtimeFieldMap: '{}',
    sourceFilters: '[]',
    fieldAttrs: '{}',
  },
  references: [],
  ...versions,
  typeMigrationVersion: '8.0.0',
});

type Placed = Readonly<{ panel: Panel; x: number; y: number; w: number; h: number }>;

function place({ rows }: Dashboard): Placed[] {
  let y = 0;
  return rows.flatMap(({ height, panels }) => {
    const w = gridWidth / panels.length;
    const row = panels.map((panel, column) => ({ panel, x: column * w, y, w, h: height }));
    y += height;
    return row;
  });
}

const panelState = ({ panel: { id, shape }, ...place }: Placed) => ({
  version: '8.12.2',
  type: 'lens',
  gridData: { ...place, i: id },
  panelIndex: id,
  // A number shows its name itself.
  embeddableConfig: { ...(shape === 'number' && { hidePanelTitles: true }), enhancements: {} },
  panelRefName: `panel_${id}`,
});

function controlGroup(controls: readonly Control[], language: Language) {
  const panels = controls.map(({ id, field, label }, order) => [
    id,
    {
      type: 'optionsListControl',
      order,
      grow: true,
      // Kibana puts what does not fit into a row of its own: three of them are as many as do.
      width: controls.length > 3 ? 'small' : 'medium',
      explicitInput: { id, fieldName: field, title: label[language], enhancements: {} },
    },
  ]);
  const ignored = { ignoreFilters: false, ignoreQuery: false, ignoreTimerange: false, ignoreValidations: false };
  return {
    controlStyle: 'oneLine',
    chainingSystem: 'HIERARCHICAL',
    panelsJSON: JSON.stringify(Object.fromEntries(panels)),
    ignoreParentSettingsJSON: JSON.stringify(ignored),
  };
}

const dashboardObject = (set: Set, dashboard: Dashboard, placed: readonly Placed[]) => ({
  type: 'dashboard',
  id: idOf(set, dashboard.id),
  attributes: {
    title: nameOf(set, dashboard.title[set.language]),
    description: dashboard.about[set.language],
    hits: 0,
    version: 1,
    timeRestore: true,
    timeFrom: 'now-15m',
    timeTo: 'now',
    refreshInterval: { pause: false, value: 10_000 },
    panelsJSON: JSON.stringify(placed.map(panelState)),
    optionsJSON: JSON.stringify({
      useMargins: true,
      syncColors: false,
      syncCursor: true,
      syncTooltips: false,
      hidePanelTitles: false,
    }),
    controlGroupInput: controlGroup(dashboard.controls, set.language),
    kibanaSavedObjectMeta: {
      searchSourceJSON: JSON.stringify({ query: { query: '', language: 'kuery' }, filter: [] }),
    },
  },
  references: [
    ...placed.map(({ panel: { id } }) => ({
      name: `${id}:panel_${id}`,
      type: 'lens',
      id: idOf(set, dashboard.id, id),
    })),
    ...dashboard.controls.map(({ id, index }) => ({
      name: `controlGroup_${id}:optionsListDataView`,
      type: 'index-pattern',
      id: dataViewId(set, index),
    })),
  ],
  ...versions,
  typeMigrationVersion: '8.9.0',
});

function dashboardObjects(set: Set, dashboard: Dashboard) {
  const placed = place(dashboard);
  const setting = {
    language: set.language,
    dataView: (index: Index) => dataViewId(set, index),
    deaf: (layer: Layer) => isDeaf(dashboard, layer),
  };
  const panels = placed.map(({ panel }) => lensObject(idOf(set, dashboard.id, panel.id), panel, setting));
  return [...panels, dashboardObject(set, dashboard, placed)];
}

/**
 * The saved objects of one language for the indices of one namespace, as Kibana's import takes them.
 * @returns one line of JSON for each object; what is referred to comes before what refers to it
 */
export function savedObjects(language: Language, namespace = ''): string {
  const set = { language, namespace };
  const views = indexNames.map((index) => dataView(set, index));
  const objects = [...views, ...dashboards.flatMap((dashboard) => dashboardObjects(set, dashboard))];
  return objects.map((object) => `${JSON.stringify(object)}\n`).join('');
}

/** The dashboards among them, for people to be led to. */
export const dashboardsOf = (language: Language, namespace = '') =>
  dashboards.map(({ id, title }) => ({
    id: idOf({ language, namespace }, id),
    title: nameOf({ language, namespace }, title[language]),
  }));

/** What people read where Kibana lets them choose among the indices. */
export const dataViewNames: Readonly<Record<Index, Words>> = {
  'despacho-transitions': { es: 'Despacho: transiciones', en: 'Despacho: transitions' },
  'despacho-invocations': { es: 'Despacho: invocaciones', en: 'Despacho: invocations' },
  'despacho-emails': { es: 'Despacho: correos', en: 'Despacho: e-mails' },
  'despacho-lab': { es: 'Despacho: laboratorio', en: 'Despacho: lab' },
  'despacho-lag': { es: 'Despacho: atraso', en: 'Despacho: lag' },
  'despacho-load': { es: 'Despacho: carga', en: 'Despacho: load' },
};

/** The file in the tree with the saved objects of a language, for those who import by hand. */
export const savedFile = (language: Language): string => join(import.meta.dirname, 'saved', `${language}.ndjson`);
