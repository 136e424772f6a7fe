/** Reads the part of KQL that the dashboards use, as the queries that Kibana makes of it. */

const clausePattern = /^([\w.@]+)(?::\s*(.+)|\s*>\s*(-?[\d.]+))$/s;
const text = /"((?:[^"\\]|\\.)*)"/gs;

const unquoted = (quoted: string): string => quoted.replace(/\\(.)/gs, '$1');

function clause(kql: string): { field: string; query: object } {
  const [, field = '', values, above] = clausePattern.exec(kql.trim()) ?? [];
  if (!field) throw new Error(`"${kql}" is none of: field: "value", field: ("a" or "b"), field: true, field > 0`);
  if (above !== undefined) return { field, query: { range: { [field]: { gt: Number(above) } } } };
  const phrases = [...(values ?? '').matchAll(text)].map(([, value = '']) => unquoted(value));
  if (phrases.length === 0) return { field, query: { term: { [field]: values === 'true' } } };
  return { field, query: { terms: { [field]: phrases } } };
}

/** From one ` and ` outside of quotes to the next. */
const conjunct = /(?:^| and )((?:"(?:[^"\\]|\\.)*"|(?! and )[^"])+)/gsy;

const clauses = (kql: string): string[] => [...kql.matchAll(conjunct)].map(([, one = '']) => one);

/** Every field that a query names. */
export const fieldsOf = (kql: string): string[] => clauses(kql).map((one) => clause(one).field);

/** @throws Error for KQL other than a conjunction of simple clauses */
export const toElasticsearch = (kql: string): object => ({
  bool: { filter: clauses(kql).map((one) => clause(one).query) },
});
