/** The names of a table's rows, in its order, for a table that has no others at run time than its type tells. */
export const namesOf = <Table extends object>(table: Table) => Object.keys(table) as Extract<keyof Table, string>[];

/** A table with a row for each of the names. */
export const tableOf = <Name extends string, Row>(names: readonly Name[], row: (name: Name) => Row) =>
  Object.fromEntries(names.map((name) => [name, row(name)])) as Record<Name, Row>;

/** Whether what came from outside is one of the names. */
export const isOneOf = <Name extends string>(names: readonly Name[], text: unknown): text is Name =>
  names.some((name) => name === text);
