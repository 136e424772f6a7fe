/** `npm run bench -- dispatcher`: throughput beside raw kafkajs and the published plugin, order, and latency. */
import { parseArgs } from 'node:util';
import { brokersUp } from '../../../infra/engines/brokers.ts';
import { measureLatency } from './latency.ts';
import { Bench } from './measure.ts';
import { measureOrdering } from './ordering.ts';
import { measureThroughput } from './throughput.ts';

const usage = `npm run bench -- dispatcher [--only throughput,ordering,latency] [--records <n>] [--brokers <list>]
`;

const parts = ['throughput', 'ordering', 'latency'];

const markdown = ([head = [], ...rows]: string[][]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');

/** @param args without the word `dispatcher` */
export async function benchDispatcher(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string', default: parts.join(',') },
      records: { type: 'string', default: '1000000' },
      brokers: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return void process.stdout.write(usage);
  const only = values.only.split(',');
  const unknown = only.find((part) => !parts.includes(part));
  if (unknown) throw new Error(`--only: "${unknown}" is none of ${parts.join(', ')}`);
  const records = Number(values.records);
  if (!Number.isInteger(records) || records < 1000)
    throw new Error(`--records: "${values.records}" is no whole number from 1000 on`);
  const bench = new Bench(values.brokers?.split(',') ?? (await brokersUp(console.error)));
  await bench.open();
  try {
    const show = (title: string, table: string[][]) => console.log(`\n### ${title}\n\n${markdown(table)}`);
    if (only.includes('latency')) show('From produce to the handler', await measureLatency(bench));
    if (only.includes('ordering')) show('One partition, 10,000 records of 0 to 5 ms', await measureOrdering(bench));
    if (only.includes('throughput'))
      show(
        `${records.toLocaleString('en')} records of 200 bytes, 4 partitions`,
        await measureThroughput(bench, records),
      );
  } finally {
    await bench.close();
  }
}

if (import.meta.main) await benchDispatcher(process.argv.slice(2));
