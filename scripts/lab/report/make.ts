import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { codeOf, Mistake, messageOf } from '../../../infra/faults.ts';
import { writeFiles } from '../record/keep.ts';
import type { Result } from '../record/result.ts';
import { reportPage, thisMachine } from './page.ts';
import { noBrowser, type Shot, takePictures } from './pictures.ts';

/** Heights fit what the sections hold: a row of charts is some 190 px at this width. */
function shotsOf(results: readonly Result[], folder: string): Shot[] {
  const groups = new Set(results.map(({ message, pace }) => `${message}-${pace}`));
  const time = [...groups].map((name, index) => ({
    section: `time-${index}`,
    file: join(folder, `${name}.png`),
    width: 1500,
    height: 680,
  }));
  const bars = results.filter(({ pace }) => pace === 'backlog').length || results.length;
  return [...time, { section: 'cost', file: join(folder, 'cost.png'), width: 900, height: 260 + 56 * bars }];
}

/** Writes results, samples, page and pictures. @returns lines that tell where */
export async function makeReport(folder: string, results: readonly Result[]): Promise<string[]> {
  const files = writeFiles(folder, results);
  const page = join(folder, 'report.html');
  writeFileSync(page, await reportPage(results, thisMachine()));
  const pictures = await takePictures(page, 'es', shotsOf(results, folder));
  return [page, ...files, ...(pictures.length > 0 ? pictures : [noBrowser])];
}

/** @throws Mistake where the folder holds no results */
export function readResults(folder: string): Result[] {
  const file = join(folder, 'results.json');
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new Mistake(
      'file',
      `--out ${folder}: ${file} cannot be read (${codeOf(error) ?? messageOf(error)}): run and compare write it`,
    );
  }
}
