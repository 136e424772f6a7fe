import { parseArgs } from 'node:util';
import { BadInput } from './badInput.ts';
import { distribution, distributionNames } from './distributions.ts';
import { type LoadOptions, mostOrders, presets } from './options.ts';
import { tooLate } from './sender.ts';

/** Files that the report is written to. */
export type Outputs = { json?: string; csvOut?: string; html?: string };

type Flag = Readonly<{ takes: string; about: string; number?: true }>;

/** The one table of flags: what is parsed, and what `--help` tells. */
const flags = {
  distribution: { takes: '<name>', about: 'how the orders are spread in time (below); constant unless given' },
  rate: { takes: '<per s>', about: 'orders per second on average', number: true },
  preset: {
    takes: Object.keys(presets).join('|'),
    about: 'a rate by name: one order per 2 s, 1 s, 0.5 s',
  },
  count: { takes: '<n>', about: 'how many orders', number: true },
  duration: { takes: '<s>', about: 'or for how many seconds', number: true },
  csv: {
    takes: '<file>',
    about: `orders to send, in the file's order, from the top again when more are asked for; without --count
or --duration each once. Columns: nombre_producto, precio, pasarela_pago, marca_tarjeta, banco,
region, direccion, correo. Without the flag orders are made up from the seed`,
  },
  seed: { takes: '<n>', about: 'of moments and made-up orders; 1 unless given', number: true },
  clock: { takes: '<factor>', about: "divides every wait of these orders; the shop's own unless given", number: true },
  keySkew: {
    takes: '<s>',
    about: `repeat orders, as customers do who click twice: each order sent is drawn, by Zipf's law with
exponent s, from as many different ones as are planned, and carries that one's idempotency key.
0 draws evenly, 1 gives the most popular of 10,000 a tenth of all. A repeat must change nothing,
and the popular orders crowd their Kafka partitions. Without the flag every order is a new one`,
    number: true,
  },
  maxInFlight: { takes: '<n>', about: 'orders that may wait for their answer; 10000 unless given', number: true },
  warmup: { takes: '<n>', about: 'orders sent evenly beforehand under the run <id>-warmup, not counted', number: true },
  run: { takes: '<id>', about: 'name that the orders carry, for npm run audit -- --run <id>; made up unless given' },
  address: { takes: '<host:port>', about: 'of the gateway; DESPACHO_GRPC_ADDRESS unless given' },
  protocol: {
    takes: 'unary|stream',
    about: `a call per order (PlaceOrder), or streams of orders (PlaceOrders); unary unless given. Streams cost the
sender a third, so take them above some 1,500 orders per second`,
  },
  json: { takes: '<file>', about: 'the whole report, with a row per second' },
  csvOut: { takes: '<file>', about: 'a row per order: id, intended, sent, answered (ms from the start), code' },
  html: { takes: '<file>', about: 'the report as one page with plots' },
} as const satisfies Record<string, Flag>;

type Name = keyof typeof flags;
const flagNames = Object.keys(flags) as Name[];
const flag = (name: Name): Flag => flags[name];

const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/**
 * Reads the command line.
 * @returns 'help' when it was asked for
 * @throws BadInput naming the flag at fault
 */
export function readFlags(args: readonly string[]): { load: LoadOptions; outputs: Outputs } | 'help' {
  const values = parse(args);
  if (values.help) return 'help';
  const given = flagNames.flatMap((name) => {
    const text = values[dashed(name)];
    return typeof text === 'string' ? [[name, flag(name).number ? numberOf(text) : text] as const] : [];
  });
  const { json, csvOut, html, ...load } = Object.fromEntries(given) as LoadOptions & Outputs;
  const outputs = Object.fromEntries(Object.entries({ json, csvOut, html }).filter(([, file]) => file !== undefined));
  return { load, outputs };
}

/** NaN for what is no number, so that the schema names the flag. */
const numberOf = (text: string): number => (text.trim() === '' ? Number.NaN : Number(text));

function parse(args: readonly string[]): Record<string, unknown> {
  const options = Object.fromEntries(flagNames.map((name) => [dashed(name), { type: 'string' as const }]));
  try {
    return parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean', short: 'h' } } }).values;
  } catch (error) {
    const [sentence] = (error as Error).message.split(/\. |\n/);
    throw new BadInput(`${sentence}. --help lists every flag.`);
  }
}

const row = (term: string, about: string): string =>
  `  ${term.padEnd(28)} ${about.replaceAll('\n', `\n${' '.repeat(31)}`)}`;

/** What `--help` prints. */
export const help = (): string => `Sends orders to the gateway at planned moments and reports how it kept up.

npm run load -- --rate <per s> --count <n> [flags]

${flagNames.map((name) => row(`--${dashed(name)} ${flag(name).takes}`, flag(name).about)).join('\n')}

Distributions (all keep the mean rate)
${distributionNames.map((name) => row(name, distribution(name).about)).join('\n')}
${row('trace:<file>', 'recorded moments: one a line, in seconds from the start, ascending')}

Moments and orders are planned beforehand, at most ${mostOrders.toLocaleString('en')}; the plan's hash is printed, and the same flags
and seed give the same hash. No order waits for another's answer. An order that cannot be sent is counted with
its reason: too many in flight, or more than ${tooLate} ms behind its moment.
Exit code: 0 every planned order was acknowledged, 2 some were not, 1 a flag or file is wrong.
Ctrl-C stops sending and still reports; a second Ctrl-C leaves at once.

Examples
  npm run load -- --preset media --duration 60
  npm run load -- --distribution poisson --rate 200 --duration 30 --clock 20 --html reports/load.html
  npm run load -- --distribution spike --rate 500 --count 20000 --warmup 1000 --json reports/load.json
  npm run load -- --csv orders.csv --rate 5
  npm run load -- --distribution trace:moments.txt --key-skew 1.1 --seed 7
`;
