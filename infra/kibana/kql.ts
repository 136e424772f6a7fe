/** Conditions in Kibana's query language, KQL. */
import type { Condition, Value } from './panels.ts';

const quoted = (text: string): string => `"${text.replace(/[\\"]/g, '\\$&')}"`;

function clause(field: string, value: Value): string {
  if (typeof value === 'boolean') return `${field}: ${value}`;
  if (typeof value === 'string') return `${field}: ${quoted(value)}`;
  if ('above' in value) return `${field} > ${value.above}`;
  return `${field}: (${value.map(quoted).join(' or ')})`;
}

/** The empty condition is the empty query, which every document fulfils. */
export const kql = (condition: Condition = {}): string =>
  Object.entries(condition)
    .map(([field, value]) => clause(field, value))
    .join(' and ');
