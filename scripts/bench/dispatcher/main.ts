/** `npm run bench -- dispatcher`: throughput beside raw kafkajs and the published plugin, order, and latency. */

import { z } from 'zod';
import { flag, listed, numeric, oneOf, readCommandLine } from '../../../infra/commandLine.ts';
import { kafkaUp } from '../../../infra/engines/brokers.ts';
import { markdown } from '../markdown.ts';
import { runsFlag } from '../runs.ts';
import { measureLatency } from './latency.ts';
import { Bench } from './measure.ts';
import { measureOrdering } from './ordering.ts';
import { measureThroughput } from './throughput.ts';

const parts = ['throughput', 'ordering', 'latency'] as const;
const records = 'is a whole number from 1000 on';

const commandLine = {
  name: 'npm run bench -- dispatcher',
  about: `Throughput beside raw kafkajs and the published plugin, order, and latency. Figures are medians of the runs, with the
least and the most; all of it takes some ten minutes on a machine at rest, with --runs 1 a third of that.`,
  flags: {
    only: flag(
      '<parts>',
      `some of ${parts.join(',')}`,
      listed('is a list like ordering,latency')
        .pipe(z.array(oneOf(parts)))
        .default([...parts]),
    ),
    records: flag(
      '<n>',
      'read for throughput',
      numeric(z.number(records).int(records).min(1000, records).default(1e6)),
    ),
    runs: runsFlag,
    brokers: flag('<list>', "of Kafka; this folder's unless given", listed('is a list like 127.0.0.1:9092').optional()),
  },
};

/** @param args without the word `dispatcher` */
export async function benchDispatcher(args: readonly string[]): Promise<void> {
  const { only, records, runs, brokers } = readCommandLine(commandLine, args);
  const bench = new Bench(await kafkaUp(console.error, brokers));
  await bench.open();
  try {
    const show = (title: string, [head = [], ...rows]: string[][]) =>
      console.log(`\n### ${title}\n\n${markdown(head, rows)}`);
    if (only.includes('latency')) show('From produce to the handler', await measureLatency(bench, runs));
    if (only.includes('ordering'))
      show('One partition, 10,000 records of 0 to 5 ms', await measureOrdering(bench, runs));
    if (only.includes('throughput'))
      show(
        `${records.toLocaleString('en')} records of 200 bytes, 4 partitions`,
        await measureThroughput(bench, records, runs),
      );
  } finally {
    await bench.close();
  }
}
