/** Orders as JSON: an object a line, or a list of them. */
import { Mistake } from '../../infra/faults.ts';
import { readJson } from '../../infra/json.ts';

/** What of an order stands in one object, and on which line that begins. */
export type JsonRow = Readonly<{ record: Record<string, unknown>; line: number }>;

/** Whether the text is JSON at all, and no table. */
export const isJson = (text: string): boolean => /^\s*[{[]/.test(text);

/** @throws Mistake naming the file and line at fault, and not what stands there, which may be an address */
export function jsonRows(file: string, text: string): JsonRow[] {
  const fault = (line: number, what: string) => new Mistake('file', `${file}, line ${line}: ${what}`);
  if (text.trimStart().startsWith('[')) {
    const list = readJson(text);
    if (!Array.isArray(list)) throw fault(1, 'is no list of objects in JSON; an object a line is easier to mend');
    return list.map((value, index) => rowOf(value, index + 1, fault));
  }
  return text
    .split(/\r?\n/)
    .flatMap((line, index) => (line.trim() === '' ? [] : [rowOf(readJson(line), index + 1, fault)]));
}

function rowOf(value: unknown, line: number, fault: (line: number, what: string) => Mistake): JsonRow {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw fault(line, 'is no object in JSON');
  return { record: value as Record<string, unknown>, line };
}
