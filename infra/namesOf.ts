/** The names of a table's rows, in its order, for a table that has no others at run time than its type tells. */
export const namesOf = <Table extends object>(table: Table) => Object.keys(table) as Extract<keyof Table, string>[];
