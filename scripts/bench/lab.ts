/** How fast the message lab is, on the real engines of this machine, beside what was aimed at. */
import { targets } from '../../functions/messages/targets.ts';
import { readCommandLine } from '../../infra/commandLine.ts';
import { resultLine } from '../lab/compare.ts';
import { checkOptions, runOptions } from '../lab/options.ts';
import type { Result } from '../lab/record/result.ts';
import { run } from '../lab/run.ts';

type Aim = Readonly<{ flags: Readonly<Record<string, string>>; text: string; met(result: Result): boolean }>;

const posts = 160_000;
const stored = (store: string, seconds: number): Aim => ({
  flags: { mode: 'save', store, count: String(posts) },
  text: `in < ${seconds} s`,
  met: ({ consumed }) => consumed.seconds < seconds,
});

const aims: readonly Aim[] = [
  {
    flags: { mode: 'none', count: String(posts) },
    text: 'produced ≥ 50,000/s',
    met: ({ produced }) => produced.perSecond >= 50_000,
  },
  {
    flags: { mode: 'show', count: String(posts) },
    text: 'shown ≥ 10,000/s',
    met: ({ consumed }) => consumed.perSecond >= 10_000,
  },
  stored('postgres', 5),
  stored('redis', 5),
  stored('ignite', 10),
];

/** An aim that was reached with something missing was not reached. */
export const verdictOf = ({ met }: Pick<Aim, 'met'>, result: Result): 'met' | 'MISSED' | 'NOT EXACT' => {
  if (!result.proof.exact) return 'NOT EXACT';
  return met(result) ? 'met' : 'MISSED';
};

const commandLine = {
  name: 'npm run bench -- lab',
  about: 'Runs each row, 160,000 posts, on disk, and prints its figures beside what was aimed at.',
  flags: {},
};

/**
 * @param args without the word `lab`
 * @throws Error when a row was not exact
 */
export async function benchLab(args: readonly string[]): Promise<void> {
  readCommandLine(commandLine, args);
  let wrong = 0;
  for (const aim of aims) {
    const { flags, text } = aim;
    const options = runOptions(checkOptions({ message: 'posts', rest: '1', ...flags }));
    const result = await run(options, { log: console.log });
    console.log(
      `${targets[result.target].title.en.padEnd(10)} ${resultLine(result)} · aim ${text}: ${verdictOf(aim, result)}`,
    );
    if (!result.proof.exact) wrong++;
  }
  if (wrong > 0) throw new Error(`${wrong} of ${aims.length} rows are not exact: their figures do not count`);
}
