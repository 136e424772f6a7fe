/** Every figure of a benchmark comes from several runs of all rows after each other: what changes on the machine meets each. */
import { z } from 'zod';
import { flag } from '../../infra/commandLine.ts';
import { quantile } from '../quantile.ts';

export const runsFlag = flag(
  '<n>',
  'of each row, an odd number (usually 3)',
  z
    .string()
    .regex(/^[13579]$/, 'is none of 1, 3, 5, 7, 9')
    .default('3')
    .transform(Number),
);

/** The middle of an odd number of runs, and the least and the most of them where there are several. */
export function middle(values: readonly number[], digits: number): string {
  const sorted = values.toSorted((a, b) => a - b);
  const [median = '', least = '', most = ''] = [0.5, 0, 1].map((part) =>
    quantile(sorted, part).toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
  );
  return sorted.length > 1 ? `${median} (${least}–${most})` : median;
}

/** What each row gave, run after run of them all. @param measure is told which run it is, from 1 on */
export async function measureRuns<Row, Result>(
  rows: readonly Row[],
  runs: number,
  measure: (row: Row, run: number) => Promise<Result>,
): Promise<Map<Row, Result[]>> {
  const measured = new Map(rows.map((row): [Row, Result[]] => [row, []]));
  for (let run = 1; run <= runs; run++) {
    for (const [row, results] of measured) results.push(await measure(row, run));
  }
  return measured;
}
