/** `npm run dead`: what failed for good, and what becomes of it. */
import { z } from 'zod';
import { masked } from '../../functions/masked.ts';
import { readSettings } from '../../functions/settings.ts';
import { harmless } from '../../functions/text.ts';
import { flag, numeric, oneOf, readCommandLine, toggle } from '../../infra/commandLine.ts';
import type { Letter } from '../../infra/deadLetters/letters.ts';
import { openDeadLetters } from '../../infra/deadLetters/redrive.ts';
import { namesOf } from '../../infra/namesOf.ts';
import { runMain } from '../../infra/runMain.ts';

const commands = {
  list: 'how many there are, by topic, function and reason',
  show: 'each of them, with where it came from and why',
  redrive: 'send them back to the topics that they came from',
  drop: 'mark them as dealt with',
} as const;
const names = namesOf(commands);
const limit = 'takes a number from 1 on';

const commandLine = {
  name: 'npm run dead --',
  about: `What failed for good, and what becomes of it:
${Object.entries(commands)
  .map(([name, about]) => `  ${name.padEnd(9)} ${about}`)
  .join('\n')}`,
  words: {
    command: oneOf(names).default('list'),
  },
  flags: {
    topic: flag('<name>', 'only those of this topic, or of this dead-letter topic', z.string().optional()),
    reason: flag('<text>', 'only those whose reason or condition has this text in it', z.string().default('')),
    at: flag(
      '<place>',
      'only the one at this place in its dead-letter topic, like 2:17 (partition:offset)',
      z.string().optional(),
    ),
    limit: flag('<n>', 'at most so many', numeric(z.number(limit).min(1, limit).optional())),
    personal: toggle('show the records with what was bought, the street and the e-mail address'),
    dryRun: toggle('say what redrive or drop would do'),
  },
};

/** A person reads the value: enough of it to know it again. */
const mostValue = 300;

/** Who puts a record there by hand tells nothing of it. */
const whyOf = ({ condition, reason }: Letter['provenance']): string =>
  condition ? `${condition}: ${reason}` : 'it does not say why';

function lineOf({ deadTopic, partition, offset, key, value, provenance }: Letter, personal: boolean): string {
  const text = value === null ? '(tombstone)' : value.toString();
  const { topic, function: name, attempts, at, lost } = provenance;
  const from = topic ? `from ${topic}-${provenance.partition}@${provenance.offset}` : 'from no place that it tells';
  return [
    `${deadTopic}-${partition}@${offset}  ${from}${name ? `  by ${name} after ${attempts} attempts  ${at}` : ''}`,
    `  ${whyOf(provenance)}${lost ? `  (without ${lost})` : ''}`,
    `  ${key ?? '(no key)'}: ${(personal ? text : masked(text)).slice(0, mostValue)}`,
  ]
    .map(harmless)
    .join('\n');
}

function listOf(letters: readonly Letter[]): string {
  const groups = Map.groupBy(
    letters,
    ({ deadTopic, provenance }) => `${deadTopic}  ${provenance.function ?? '(nobody)'}  ${whyOf(provenance)}`,
  );
  const lines = [...groups].map(([name, list]) => `${String(list.length).padStart(7)}  ${harmless(name)}`);
  return [...lines, `${String(letters.length).padStart(7)}  in all`].join('\n');
}

function show(letters: readonly Letter[], command: string, personal: boolean): void {
  for (const letter of letters) console.log(lineOf(letter, personal));
  const what = command === 'show' ? '' : ` would be ${command === 'drop' ? 'dropped' : 'redriven'}`;
  console.log(`${letters.length} dead letters${what}`);
}

async function main(): Promise<void> {
  const { command, personal, dryRun: dry, limit = Number.POSITIVE_INFINITY, ...rest } = readCommandLine(commandLine);
  const choice = { ...rest, limit };
  const letters = await openDeadLetters(readSettings());
  try {
    if (!dry && (command === 'redrive' || command === 'drop')) {
      const action = command === 'drop' ? 'dropped' : 'redriven';
      const { settled, left, less } = await letters.settle(choice, action, (done, of) =>
        console.log(`${done} of ${of} ${action}`),
      );
      for (const letter of less)
        console.log(`${lineOf(letter, personal)}\n  is less than its record, which the log has no more`);
      return void console.log(`${settled} dead letters ${action}; ${left} are left`);
    }
    const { letters: chosen } = await letters.read(choice);
    if (command === 'list') return void console.log(listOf(chosen));
    show(chosen, command, personal);
  } finally {
    await letters.close();
  }
}

runMain(main);
