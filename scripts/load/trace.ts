import { readFileSync } from 'node:fs';
import { codeOf, Mistake } from '../../infra/faults.ts';

/** Seconds; a timer of Node cannot be set for longer. */
const longestTrace = 2_000_000;

/** Seconds of a week: what begins later is a clock time, and no time from a start. */
const longestStart = 7 * 24 * 3600;

/**
 * Reads the moments of a recorded run: one a line, in seconds from its start, ascending. Empty lines and lines that
 * begin with # are passed over. Clock times (s since 1970) are counted from the first of them.
 * @throws Mistake naming the file and line at fault
 */
export function readTrace(file: string): number[] {
  const moments: number[] = [];
  for (const [index, line] of linesOf(file).entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const moment = Number(text);
    const fault = (what: string) => new Mistake('file', `${file}, line ${index + 1}: ${what}`);
    if (!Number.isFinite(moment) || moment < 0) {
      throw fault(`"${text.slice(0, 40)}" is not a moment; each line is seconds from the start, like 12.5`);
    }
    if (moment < (moments.at(-1) ?? 0)) throw fault(`${text} comes before the line above; moments ascend`);
    moments.push(moment);
  }
  const [first] = moments;
  if (first === undefined)
    throw new Mistake('file', `${file}: has no moment; write one a line, in seconds from the start`);
  const start = first > longestStart ? first : 0;
  const seconds = moments.map((moment) => moment - start);
  const last = seconds.at(-1) ?? 0;
  if (last <= longestTrace) return seconds;
  throw new Mistake(
    'file',
    `${file}: lasts ${Math.round(last)} s, more than ${longestTrace}; are its times in milliseconds? Write seconds`,
  );
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch (error) {
    throw new Mistake('file', `--distribution trace:${file}: cannot be read (${codeOf(error)})`);
  }
}
