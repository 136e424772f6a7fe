import { readFileSync } from 'node:fs';
import { BadInput } from './badInput.ts';

/**
 * Reads the moments of a recorded run: one a line, in seconds from its start, ascending. Empty lines and lines that
 * begin with # are passed over.
 * @throws BadInput naming the file and line at fault
 */
export function readTrace(file: string): number[] {
  const moments: number[] = [];
  for (const [index, line] of linesOf(file).entries()) {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) continue;
    const moment = Number(text);
    const fault = (what: string) => new BadInput(`${file}, line ${index + 1}: ${what}`);
    if (!Number.isFinite(moment) || moment < 0) {
      throw fault(`"${text.slice(0, 40)}" is not a moment; each line is seconds from the start, like 12.5`);
    }
    if (moment < (moments.at(-1) ?? 0)) throw fault(`${text} comes before the line above; moments ascend`);
    moments.push(moment);
  }
  if (moments.length === 0) throw new BadInput(`${file}: has no moment; write one a line, in seconds from the start`);
  return moments;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split(/\r?\n/);
  } catch (error) {
    throw new BadInput(`--distribution trace:${file}: cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}
