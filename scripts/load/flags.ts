import { z } from 'zod';
import { flag, numeric, readCommandLine } from '../../infra/commandLine.ts';
import { distribution, distributionNames } from './distributions.ts';
import { loadShape as is, type LoadOptions, mostOrders, presets } from './options.ts';
import { tooLate } from './sender.ts';

/** Files that the report is written to. */
export type Outputs = { json?: string; csvOut?: string; html?: string };

const file = z.string().min(1, 'takes the name of a file').optional();

const row = (term: string, about: string): string => `  ${term.padEnd(28)} ${about}`;

/** The one table of flags: what is parsed, and what `--help` tells. */
export const commandLine = {
  name: 'npm run load -- --rate <per s> --count <n>',
  about: 'Sends orders to the gateway at planned moments and reports how it kept up.',
  flags: {
    distribution: flag('<name>', 'how the orders are spread in time (below); constant unless given', is.distribution),
    rate: flag('<per s>', 'orders per second on average', numeric(is.rate)),
    preset: flag(`<${Object.keys(presets).join('|')}>`, 'a rate by name: one order per 2 s, 1 s, 0.5 s', is.preset),
    count: flag('<n>', 'how many orders', numeric(is.count)),
    duration: flag('<s>', 'or for how many seconds', numeric(is.duration)),
    csv: flag(
      '<file>',
      `orders to send, in the file's order, from the top again when more are asked for; without --count or --duration
each once. Columns: nombre_producto, precio, pasarela_pago, marca_tarjeta, banco, region, direccion, correo.
The same as JSON, an object a line, will do. Without the flag orders are made up from the seed`,
      is.csv,
    ),
    seed: flag('<n>', 'of moments and made-up orders; 1 unless given', numeric(is.seed)),
    clock: flag('<factor>', "divides every wait of these orders; the shop's own unless given", numeric(is.clock)),
    keySkew: flag(
      '<s>',
      `repeat orders, as customers do who click twice: each order sent is drawn, by Zipf's law with exponent s, from as
many different ones as are planned, and carries that one's idempotency key. 0 draws evenly, 1 gives the most popular of
10,000 a tenth of all. A repeat must change nothing, and the popular orders crowd their Kafka partitions. Without the
flag every order is a new one`,
      numeric(is.keySkew),
    ),
    maxInFlight: flag('<n>', 'orders that may wait for their answer; 10000 unless given', numeric(is.maxInFlight)),
    warmup: flag('<n>', 'orders sent evenly beforehand under the run <id>-warmup, not counted', numeric(is.warmup)),
    run: flag('<id>', 'name that the orders carry, for npm run audit -- --run <id>; made up unless given', is.run),
    address: flag('<host:port>', 'of the gateway; DESPACHO_GRPC_ADDRESS unless given', is.address),
    protocol: flag(
      '<unary|stream>',
      `a call per order (PlaceOrder), or streams of orders (PlaceOrders); unary unless given. Streams cost the sender a
third, so take them above some 1,500 orders per second`,
      is.protocol,
    ),
    json: flag('<file>', 'the whole report, with a row per second', file),
    csvOut: flag('<file>', 'a row per order: id, intended, sent, answered (ms from the start), code', file),
    html: flag('<file>', 'the report as one page with plots', file),
  },
  more: `Distributions (all keep the mean rate)
${distributionNames.map((name) => row(name, distribution(name).about)).join('\n')}
${row('trace:<file>', 'recorded moments: one a line, ascending, in seconds from the start or as clock times')}

Moments and orders are planned beforehand, at most ${mostOrders.toLocaleString('en')}; the plan's hash is printed, and the same flags
and seed give the same hash. No order waits for another's answer. An order that cannot be sent is counted with
its reason: too many in flight, or more than ${tooLate} ms behind its moment.
Exit code: 0 every planned order was acknowledged, 1 some were not, 2 a flag or file is wrong.
Ctrl-C stops sending and still reports; a second Ctrl-C leaves at once.

Examples
  npm run load -- --preset media --duration 60
  npm run load -- --distribution poisson --rate 200 --duration 30 --clock 20 --html reports/load.html
  npm run load -- --distribution spike --rate 500 --count 20000 --warmup 1000 --json reports/load.json
  npm run load -- --csv orders.csv --rate 5
  npm run load -- --distribution trace:moments.txt --key-skew 1.1 --seed 7`,
};

/**
 * Reads the command line.
 * @throws Mistake naming the flags at fault
 */
export function readFlags(args?: readonly string[]): { load: LoadOptions; outputs: Outputs } {
  const { json, csvOut, html, ...load } = readCommandLine(commandLine, args);
  const outputs = Object.entries({ json, csvOut, html }).filter(([, file]) => file !== undefined);
  return { load, outputs: Object.fromEntries(outputs) };
}
