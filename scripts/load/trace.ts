import { readFileSync } from 'node:fs';
import { codeOf, Mistake } from '../../infra/faults.ts';
import { decodeText } from './csvText.ts';

/** Seconds; a timer of Node cannot be set for longer. */
const longestTrace = 2_000_000;

/** Seconds of a week: what begins later is a clock time, and no time from a start. */
const longestStart = 7 * 24 * 3600;

/** Seconds since 1970 have fewer digits, milliseconds as many. */
const leastMilliseconds = 1e11;

/** Where a line is a JSON object, the moment is the first of these. */
const fields = ['at', 'time', 'timestamp', '@timestamp', 'ts'] as const;

/**
 * Reads the moments of a recorded run: one a line, ascending, in seconds from its start, or as clock times, which are counted
 * from the first of them: seconds or milliseconds since 1970, or ISO 8601. A line can also be a JSON object that has the
 * moment as `at`, `time`, `timestamp`, `@timestamp` or `ts`. Empty lines and lines that begin with # are passed over.
 * @throws Mistake naming the file and line at fault
 */
export function readTrace(file: string): number[] {
  const moments: number[] = [];
  for (const [index, line] of linesOf(file).entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const moment = momentOf(text);
    const fault = (what: string) => new Mistake('file', `${file}, line ${index + 1}: ${what}`);
    if (!Number.isFinite(moment) || moment < 0) {
      throw fault(`"${text.slice(0, 40)}" is not a moment; each line is seconds from the start, like 12.5`);
    }
    if (moment < (moments.at(-1) ?? 0)) throw fault(`${text.slice(0, 40)} comes before the line above; moments ascend`);
    moments.push(moment);
  }
  const [first] = moments;
  if (first === undefined)
    throw new Mistake('file', `${file}: has no moment; write one a line, in seconds from the start`);
  const [start, unit] = [first > longestStart ? first : 0, first > leastMilliseconds ? 1000 : 1];
  const seconds = moments.map((moment) => (moment - start) / unit);
  const last = seconds.at(-1) ?? 0;
  if (last <= longestTrace) return seconds;
  throw new Mistake(
    'file',
    `${file}: lasts ${Math.round(last)} s, more than ${longestTrace}; are its times in milliseconds? Write seconds`,
  );
}

/** NaN where it is none. */
function momentOf(text: string): number {
  if (!text.startsWith('{')) return secondsOf(text);
  try {
    const record: Record<string, unknown> = JSON.parse(text);
    const name = fields.find((field) => record[field] !== undefined);
    return name === undefined ? Number.NaN : secondsOf(String(record[name]));
  } catch {
    return Number.NaN;
  }
}

/** A moment without a zone is the world's time, wherever it is read: the plan is the same on every machine. */
function secondsOf(text: string): number {
  const [, date, time = '00:00', zone = 'Z'] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/.exec(text) ?? [];
  return date === undefined ? Number(text) : Date.parse(`${date}T${time}${zone}`) / 1000;
}

function linesOf(file: string): string[] {
  let text: string | undefined;
  try {
    text = decodeText(readFileSync(file));
  } catch (error) {
    throw new Mistake('file', `--distribution trace:${file}: cannot be read (${codeOf(error)})`);
  }
  if (text === undefined) throw new Mistake('file', `${file}: is not UTF-8: save it as UTF-8`);
  return text.split(/\r?\n/);
}
