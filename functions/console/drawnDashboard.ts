/** A dashboard as the page draws it: the panels that Kibana is given, as tables made by `infra/console`. */
import { z } from 'zod';
import { languages } from '../orders/lifecycle.ts';

const name = z.string().regex(/^[a-z]{1,32}$/, 'is the name of a dashboard or control');
const week = 7 * 24 * 60;

/** Which dashboard is looked at, how far back, and what its controls let through. */
export const viewSchema = z.strictObject({
  dashboard: name,
  language: z.enum(languages),
  minutes: z.number('is a number of minutes').int().positive().max(week),
  filters: z.record(name, z.string().min(1).max(256)),
});
/** `minutes` count back from now. `filters` gives, for the id of a control, the one value that it lets through. */
export type View = z.infer<typeof viewSchema>;

/** A moment in ms since 1970, a figure or the name of a group; null where nothing was measured. */
export type Cell = string | number | null;

/** A `count` is 0 where nothing happened, a `measure` is then null. Without a unit the label says what is counted. */
export type Column = Readonly<{
  label: string;
  kind: 'time' | 'number' | 'group' | 'count' | 'measure';
  unit?: 'ns';
}>;

/** First the columns of the groups, then those of the figures. Moments are ms since 1970. */
export type Table = Readonly<{ columns: readonly Column[]; rows: readonly (readonly Cell[])[] }>;

/** One drawing: Kibana's shape of it, and the tables that it is drawn from. */
export type Panel = Readonly<{
  id: string;
  title: string;
  shape: 'line' | 'area' | 'bar' | 'row' | 'number' | 'table';
  /** One for each index that is drawn from. */
  tables: readonly Table[];
}>;

/** All texts are in the language of the view. A control offers the latest 50 values of its field at most. */
export type Dashboard = Readonly<{
  about: string;
  /** ms since 1970: of what there is within the minutes; and the ms of each interval. */
  from: number;
  to: number;
  step: number;
  /** Every dashboard that can be asked for. */
  dashboards: readonly Readonly<{ id: string; title: string }>[];
  controls: readonly Readonly<{ id: string; label: string; options: readonly string[] }>[];
  /** Panels beside each other. */
  rows: readonly (readonly Panel[])[];
}>;
