import { parseArgs } from 'node:util';
import { kindNames } from '../../functions/messages/message.ts';
import { BadInput } from '../load/badInput.ts';
import { distributionNames } from '../load/distributions.ts';
import { checkOptions, type Given, type Options, usualCount } from './options.ts';
import { sources } from './sources/open.ts';
import { storeNames } from './stores/stores.ts';

type Flag = Readonly<{ takes?: string; about: string }>;

/** The one table of flags: what is parsed, and what `--help` tells. */
const flags = {
  message: { takes: kindNames.join('|'), about: 'what is sent' },
  mode: { takes: 'show|save|none', about: 'what becomes of it; none reads and keeps nothing' },
  store: { takes: storeNames.join('|'), about: 'where it is saved' },
  count: { takes: '<n>', about: `how many; ${usualCount} in a backlog unless given` },
  rate: { takes: '<per s>', about: 'messages per second; makes a run live' },
  max: { about: 'as fast as possible, which is so without --rate' },
  duration: { takes: '<s>', about: 'or for how many seconds' },
  distribution: { takes: '<name>', about: `${distributionNames.join(', ')}; constant unless given` },
  seed: { takes: '<n>', about: 'of made-up posts and of moments; 1 unless given' },
  source: {
    takes: '<source>',
    about: Object.entries(sources)
      .map(([name, about]) => `${name}: ${about}`)
      .join('\n'),
  },
  track: { takes: '<words>', about: 'only posts with one of these, like Chile,Santiago,Fútbol' },
  lang: { takes: '<codes>', about: 'only posts in these languages, like es,en' },
  durability: {
    takes: 'disk|lazy',
    about: 'when a store says "saved": on disk (unless given), or within a second or two',
  },
  rest: { takes: '<s>', about: 'how long a run looks at rest before it starts; 3 unless given' },
  out: { takes: '<folder>', about: 'where the report goes; reports/lab unless given' },
  port: { takes: '<port>', about: 'of the page of show; 8090 unless given' },
  language: { takes: 'es|en', about: 'of what is shown in the terminal; es unless given' },
} as const satisfies Record<keyof Given, Flag>;

export const actions = {
  produce: 'counter|posts: sends messages to Kafka, and does nothing else',
  show: 'counter|posts: shows messages live, here and on a page',
  save: 'counter|posts --store …: keeps messages in a store as they come, until Ctrl-C',
  run: 'one measured run: --message … --mode … [--store …] [--count …|--rate …]',
  compare: 'every combination, and the report',
  report: '--out <folder>: makes the report again from the results in a folder',
} as const;
export type Action = keyof typeof actions;

export type Command = Readonly<{ action: Action | 'help' | 'menu'; options: Options }>;

const has = <T extends object>(table: T, name: string): name is Extract<keyof T, string> => Object.hasOwn(table, name);

/** @throws BadInput naming the word or flag at fault */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const [action = 'menu', message, ...more] = positionals;
  const { help, ...given } = values;
  if (message !== undefined) Object.assign(given, { message });
  const options = checkOptions(given);
  if (help) return { action: 'help', options };
  if (action !== 'menu' && !has(actions, action)) {
    throw new BadInput(`"${action}" is none of ${Object.keys(actions).join(', ')}`);
  }
  if (more.length > 0) throw new BadInput(`what is "${more.join(' ')}"? --help tells what can be said`);
  return { action, options };
}

function parse(args: readonly string[]) {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [name, { type: 'takes' in flag ? 'string' : 'boolean' } as const]),
  );
  try {
    const all = { ...options, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args: [...args], options: all, allowPositionals: true });
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\. |\n/);
    throw new BadInput(`${sentence}. --help lists every flag.`);
  }
}

const row = (term: string, about: string): string =>
  `  ${term.padEnd(34)} ${about.replaceAll('\n', `\n${' '.repeat(37)}`)}`;

export const help =
  (): string => `The message lab: counters and posts through Kafka, shown live or stored, and measured.

npm run lab                asks what to do
npm run lab -- <action> [flags]
${Object.entries(actions)
  .map(([name, about]) => row(name, about))
  .join('\n')}

${Object.entries(flags)
  .map(([name, flag]) => row(`--${name} ${'takes' in flag ? flag.takes : ''}`, flag.about))
  .join('\n')}

Examples
  npm run lab -- produce posts --rate 500 --distribution burst --duration 30
  npm run lab -- show posts
  npm run lab -- run --message posts --mode save --store postgres --count 160000
  npm run lab -- run --message counter --mode show --rate 1000 --duration 10
  npm run lab -- compare
A run and a comparison empty the topic and the store that they use: what they end with is what they produced.
`;
