/** Reads saved objects back, and tells what is wrong with them before a Kibana does. */
import { type Index, indices } from '../../functions/metrics/fields.ts';
import { fieldsOf } from './kqlQuery.fixture.ts';
import { type Column, type Lens, layersOf, lensSchema } from './savedQueries.fixture.ts';

export type SavedObject = Readonly<{
  type: string;
  id: string;
  attributes: Readonly<Record<string, unknown>>;
  references: readonly Readonly<{ type: string; id: string; name: string }>[];
  coreMigrationVersion: string;
  typeMigrationVersion: string;
}>;

export const parseObjects = (ndjson: string): SavedObject[] =>
  ndjson
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

/** @throws ZodError for a panel that holds an operation which is not known to work everywhere */
export const lensesOf = (objects: readonly SavedObject[]): Lens[] =>
  objects.filter(({ type }) => type === 'lens').map((object) => lensSchema.parse(object));

/** The index of each data view by its id, without the namespace. */
export function indexOfView(objects: readonly SavedObject[], namespace = ''): (view: string) => Index {
  const titles = new Map(objects.map(({ id, attributes }) => [id, String(attributes.title).slice(namespace.length)]));
  return (view) => titles.get(view) as Index;
}

type FieldType = 'date' | 'keyword' | 'long' | 'integer' | 'double' | 'boolean';
const numbers: readonly FieldType[] = ['long', 'integer', 'double'];
const every: readonly FieldType[] = [...numbers, 'date', 'keyword', 'boolean'];

/** What Lens allows each operation to work on. */
const allowed: Readonly<Record<Column['operationType'], readonly FieldType[]>> = {
  date_histogram: ['date'],
  range: numbers,
  terms: ['keyword', 'boolean', ...numbers],
  filters: [],
  count: [],
  average: numbers,
  sum: numbers,
  min: numbers,
  max: numbers,
  percentile: numbers,
  unique_count: every,
};

const typeOf = (index: Index, field: string): FieldType | undefined =>
  (indices[index] as Readonly<Record<string, { type: FieldType }>>)[field]?.type;

function queriesIn(column: Column): string[] {
  if (column.operationType === 'filters') return column.params.filters.map(({ input }) => input.query);
  return 'filter' in column && column.filter ? [column.filter.query] : [];
}

function columnFaults(index: Index, column: Column): string[] {
  const unknown = queriesIn(column)
    .flatMap(fieldsOf)
    .filter((field) => !typeOf(index, field))
    .map((field) => `asks for ${field}, which ${index} does not have`);
  if (column.operationType === 'filters' || column.operationType === 'count') return unknown;
  const type = typeOf(index, column.sourceField);
  if (type && allowed[column.operationType].includes(type)) return unknown;
  return [...unknown, `${column.operationType} of ${column.sourceField}, which in ${index} is ${type ?? 'not there'}`];
}

/** One line for each field of a panel that is not there or of a type that its operation does not take. */
export function fieldFaults(lens: Lens, indexOf: (view: string) => Index): string[] {
  const faults = layersOf(lens).flatMap(({ layer, dataView }) => {
    const index = indexOf(dataView);
    const panel = fieldsOf(lens.attributes.state.query.query)
      .filter((field) => !typeOf(index, field))
      .map((field) => `is narrowed by ${field}, which ${index} does not have`);
    return [...panel, ...Object.values(layer.columns).flatMap((column) => columnFaults(index, column))];
  });
  return faults.map((fault) => `${lens.id}: ${fault}`);
}
