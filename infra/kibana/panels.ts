/**
 * How a dashboard is described: typed by the table of metric fields, so that a field that does not exist, or whose
 * type an operation cannot take, does not compile. `savedObjects.ts` makes what Kibana imports from it.
 */
import { type Index, indices } from '../../functions/metrics/fields.ts';
import type { Language } from '../../functions/orders/lifecycle.ts';

/** A text in each language. */
export type Words = Readonly<Record<Language, string>>;

type Fields<I extends Index> = (typeof indices)[I];
type Field<I extends Index> = keyof Fields<I> & string;
type FieldOfType<I extends Index, T> = {
  [F in Field<I>]: Fields<I>[F] extends { type: T } ? F : never;
}[Field<I>];
type NumberField<I extends Index> = FieldOfType<I, 'long' | 'integer' | 'double'>;
/** Of any index: what is measured in parts of its unit. */
export type DoubleField = { [I in Index]: FieldOfType<I, 'double'> }[Index];
type TermField<I extends Index> = FieldOfType<I, 'keyword'>;

/** All of it must hold: a field has the value, one of the values, or a number above. */
export type Value = string | boolean | readonly string[] | Readonly<{ above: number }>;
/** By field; the empty condition holds for every document. */
export type Condition<I extends Index = Index> = Readonly<{ [F in Field<I>]?: Value }>;

type Measured<I extends Index> =
  | Readonly<{ of: 'count' }>
  | Readonly<{ of: 'unique_count'; field: Field<I> }>
  | Readonly<{ of: 'average' | 'sum' | 'min' | 'max'; field: NumberField<I> }>
  | Readonly<{ of: 'percentile'; field: NumberField<I>; percentile: number }>;

/** One number. `where` narrows the documents; `per` divides what a time interval holds by its seconds or minutes. */
export type Metric<I extends Index = Index> = Measured<I> &
  Readonly<{ label: Words; where?: Condition<I>; per?: 's' | 'm' }>;

/** One group for each value of a field, or for each of some named conditions. */
export type Groups<I extends Index = Index> =
  | Readonly<{ by: 'terms'; label: Words; field: TermField<I>; most: number }>
  | Readonly<{ by: 'filters'; label: Words; groups: readonly Readonly<{ label: Words; where: Condition<I> }>[] }>;

/** Intervals of time, ranges of a number, or groups. How wide they are is told when they are drawn. */
export type Across<I extends Index = Index> =
  | Readonly<{ by: 'time' }>
  | Readonly<{ by: 'histogram'; label: Words; field: NumberField<I> }>
  | Groups<I>;

/** What is drawn from one index. */
export type Layer<I extends Index = Index> = Readonly<{
  index: I;
  /** Narrows the documents; only where the panel has no other layer, because Kibana has one query for a panel. */
  where?: Condition<I>;
  /** The horizontal axis, or a table's rows; a single number has none. */
  across?: Across<I>;
  /** A series for each group. */
  split?: Groups<I>;
  metrics: readonly [Metric<I>, ...Metric<I>[]];
}>;

/** `bar` stacks its series; `row` is a horizontal bar. Only a chart can have more than one layer. */
export type Panel = Readonly<{
  id: string;
  title: Words;
  shape: 'line' | 'area' | 'bar' | 'row' | 'number' | 'table';
  layers: readonly [Layer, ...Layer[]];
}>;

/** A list above the panels to choose values from. Layers without the field do not listen to any of the controls. */
export type Control<I extends Index = Index> = Readonly<{ id: string; label: Words; index: I; field: TermField<I> }>;

/** The panels of a row share its width equally; `height` counts Kibana's grid lines. */
export type Dashboard = Readonly<{
  id: string;
  title: Words;
  about: Words;
  controls: readonly Control[];
  rows: readonly Readonly<{ height: number; panels: readonly Panel[] }>[];
}>;

export const words = (es: string, en: string): Words => ({ es, en });

/** What is written alike in both languages. */
export const same = (text: string): Words => ({ es: text, en: text });

/** What can be said of the documents of one index, whose fields are then checked. */
export function documentsOf<I extends Index>(index: I) {
  type More = Partial<Pick<Metric<I>, 'where' | 'per'>>;
  const number =
    (of: 'average' | 'sum' | 'max') =>
    (field: NumberField<I>, label: Words, more: More = {}): Metric<I> => ({ of, field, label, ...more });
  return {
    count: (label: Words, where?: Condition<I>): Metric<I> => ({ of: 'count', label, ...(where && { where }) }),
    average: number('average'),
    sum: number('sum'),
    max: number('max'),
    percentile: (field: NumberField<I>, percentile: number, label: Words): Metric<I> => {
      return { of: 'percentile', field, percentile, label };
    },
    // Layers and controls of all indices lie in one list, which knows nothing of their fields any more.
    layer: (drawn: Omit<Layer<I>, 'index'>) => ({ index, ...drawn }) as unknown as Layer,
    control: (id: string, label: Words, field: TermField<I>) => ({ id, label, index, field }) as unknown as Control,
  };
}

/** The most frequent values come first where the first metric counts all documents; else they come by name. */
export const byFrequency = ({ metrics: [first] }: Layer): boolean => first.of === 'count' && !first.where;

/**
 * Whether a layer does not listen to the dashboard's controls: Kibana lets it listen to all of them or to none, and
 * a filter by a field that an index lacks would leave nothing of it.
 */
export const isDeaf = ({ controls }: Dashboard, { index }: Layer): boolean =>
  controls.some(({ field }) => !(field in indices[index]));

/** Intervals of `@timestamp`: in Kibana as wide as Lens finds fit, elsewhere of `Scope.step` ms. */
export const time = { by: 'time' } as const;

export const panel = (id: string, title: Words, shape: Panel['shape'], ...layers: Panel['layers']): Panel => {
  return { id, title, shape, layers };
};

/** A single number with its own name as the panel's. */
export const number = (id: string, layer: Layer): Panel => panel(id, layer.metrics[0].label, 'number', layer);
