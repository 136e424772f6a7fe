/** `npm run dead`: what failed for good, and what becomes of it. */
import { parseArgs } from 'node:util';
import { readSettings } from '../../functions/settings.ts';
import { harmless } from '../../functions/text.ts';
import type { Letter } from '../../infra/deadLetters/letters.ts';
import { openDeadLetters } from '../../infra/deadLetters/redrive.ts';

const usage = `npm run dead -- list|show|redrive|drop [--topic <name>] [--reason <text>] [--at <place>] [--limit <n>] [--dry-run]

  list      how many there are, by topic, function and reason
  show      each of them, with where it came from and why
  redrive   send them back to the topics that they came from
  drop      mark them as dealt with
  --topic   only those of this topic, or of this dead-letter topic
  --reason  only those whose reason or condition has this text in it
  --at      only the one at this place in its dead-letter topic, like 2:17 (partition:offset)
  --limit   at most so many
  --dry-run say what redrive or drop would do
`;

/** A person reads the value: enough of it to know it again. */
const mostValue = 300;

function lineOf({ deadTopic, partition, offset, key, value, provenance }: Letter): string {
  const { reason, condition, topic, function: name, attempts, at } = provenance;
  const source = `${topic}-${provenance.partition}@${provenance.offset}`;
  return [
    `${deadTopic}-${partition}@${offset}  from ${source}  by ${name} after ${attempts} attempts  ${at}`,
    `  ${condition}: ${reason}`,
    `  ${key ?? '(no key)'}: ${value === null ? '(tombstone)' : value.toString().slice(0, mostValue)}`,
  ]
    .map(harmless)
    .join('\n');
}

function listOf(letters: readonly Letter[]): string {
  const groups = Map.groupBy(
    letters,
    ({ deadTopic, provenance }) =>
      `${deadTopic}  ${provenance.function}  ${provenance.condition}: ${provenance.reason}`,
  );
  const lines = [...groups].map(([name, list]) => `${String(list.length).padStart(7)}  ${harmless(name)}`);
  return [...lines, `${String(letters.length).padStart(7)}  in all`].join('\n');
}

function limitOf(text: string | undefined): number {
  const limit = text === undefined ? Number.POSITIVE_INFINITY : Number(text);
  if (limit >= 1) return limit;
  throw new Error(`--limit: "${text}" is no number from 1 on`);
}

/** @returns undefined where help is asked for, whatever else is */
function readArguments() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      topic: { type: 'string' },
      reason: { type: 'string', default: '' },
      at: { type: 'string' },
      limit: { type: 'string' },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const [command = 'list', ...rest] = positionals;
  if (!['list', 'show', 'redrive', 'drop'].includes(command) || rest.length > 0)
    throw new Error(`"${positionals.join(' ')}" is no command\n\n${usage}`);
  return { ...values, command, limit: limitOf(values.limit) };
}

function show(letters: readonly Letter[], command: string): void {
  for (const letter of letters) console.log(lineOf(letter));
  const what = command === 'show' ? '' : ` would be ${command === 'drop' ? 'dropped' : 'redriven'}`;
  console.log(`${letters.length} dead letters${what}`);
}

async function main(): Promise<void> {
  const asked = readArguments();
  if (!asked) return void process.stdout.write(usage);
  const { command, 'dry-run': dry, ...choice } = asked;
  const letters = await openDeadLetters(readSettings());
  try {
    if (!dry && (command === 'redrive' || command === 'drop')) {
      const action = command === 'drop' ? 'dropped' : 'redriven';
      const { settled, left } = await letters.settle(choice, action, (done, of) =>
        console.log(`${done} of ${of} ${action}`),
      );
      return void console.log(`${settled} dead letters ${action}; ${left} are left`);
    }
    const { letters: chosen } = await letters.read(choice);
    if (command === 'list') return void console.log(listOf(chosen));
    show(chosen, command);
  } finally {
    await letters.close();
  }
}

main().then(
  () => process.exit(0),
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
