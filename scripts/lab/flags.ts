import { kindNames } from '../../functions/messages/message.ts';
import { durabilities } from '../../functions/messages/settings.ts';
import { passedNames, storeNames } from '../../functions/messages/targets.ts';
import { languages } from '../../functions/orders/lifecycle.ts';
import { flag, oneOf, readCommandLine, toggle } from '../../infra/commandLine.ts';
import { namesOf } from '../../infra/namesOf.ts';
import { distributionNames } from '../load/distributions.ts';
import { labShape as is, type Options, usualCount } from './options.ts';
import { sources } from './sources/open.ts';

/** By the first word of the command line: what `--help` tells of it. */
const actions = {
  produce: 'counter|posts: sends messages to Kafka, and does nothing else',
  show: 'counter|posts: shows messages live, here and on a page',
  save: 'counter|posts --store …: keeps messages in a store as they come, until Ctrl-C',
  run: 'one measured run: --message … --mode … [--store …] [--count …|--rate …]',
  compare: 'every combination, and the report',
  report: '--out <folder>: makes the report again from the results in a folder',
} as const;
export type Action = keyof typeof actions;

const actionNames = namesOf(actions);

const row = (term: string, about: string): string => `  ${term.padEnd(10)} ${about}`;

/** The one table of flags: what is parsed, and what `--help` tells. */
const commandLine = {
  name: 'npm run lab --',
  about:
    'The message lab: counters and posts through Kafka, shown live or stored, and measured. Without an action it asks.',
  words: {
    action: oneOf(actionNames).optional(),
    what: is.message,
  },
  flags: {
    message: flag(`<${kindNames.join('|')}>`, 'what is sent', is.message),
    mode: flag(`<save|${passedNames.join('|')}>`, 'what becomes of it; none reads and keeps nothing', is.mode),
    store: flag(`<${storeNames.join('|')}>`, 'where it is saved', is.store),
    count: flag('<n>', `how many; ${usualCount} in a backlog unless given`, is.count),
    rate: flag('<per s>', 'messages per second; makes a run live', is.rate),
    max: toggle('as fast as possible, which is so without --rate'),
    duration: flag('<s>', 'or for how many seconds', is.duration),
    distribution: flag('<name>', `${distributionNames.join(', ')}; constant unless given`, is.distribution),
    seed: flag('<n>', 'of made-up posts and of moments; 1 unless given', is.seed),
    source: flag(
      '<source>',
      Object.entries(sources)
        .map(([name, about]) => `${name}: ${about}`)
        .join('\n'),
      is.source,
    ),
    track: flag('<words>', 'only posts with one of these, like Chile,Santiago,Fútbol', is.track),
    lang: flag('<codes>', 'only posts in these languages, like es,en', is.lang),
    durability: flag(
      `<${durabilities.join('|')}>`,
      'when a store says "saved": on disk (unless given), or within a second or two',
      is.durability,
    ),
    rest: flag('<s>', 'how long a run looks at rest before it starts; 3 unless given', is.rest),
    out: flag('<folder>', 'where the report goes; reports/lab unless given', is.out),
    port: flag('<port>', 'of the page of show; 8090 unless given', is.port),
    force: toggle("empty a topic and a store of somebody's engine, named by an address, that no run filled"),
    language: flag(`<${languages.join('|')}>`, 'of what is shown in the terminal; es unless given', is.language),
  },
  more: `Actions
${Object.entries(actions)
  .map(([name, about]) => row(name, about))
  .join('\n')}

Examples
  npm run lab -- produce posts --rate 500 --distribution burst --duration 30
  npm run lab -- show posts
  npm run lab -- run --message posts --mode save --store postgres --count 160000
  npm run lab -- run --message counter --mode show --rate 1000 --duration 10
  npm run lab -- compare
A run and a comparison empty the topic and the store that they use: what they end with is what they produced.
Of an engine that is named by an address they empty only what a run has filled.`,
};

/** `options.message` is the second word where `--message` is not given. */
export type Command = Readonly<{ action: Action; options: Options }>;

/** @returns no action where a person is to be asked for it @throws Mistake naming the words or flags at fault */
export function readCommand(args?: readonly string[]): Command | undefined {
  const { action, what, message = what, ...given } = readCommandLine(commandLine, args);
  return action && { action, options: { ...given, message } };
}
