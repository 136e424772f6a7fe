/** Keeps a result: as documents in Elasticsearch, and as JSON and CSV files. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { document } from '../../../functions/metrics/document.ts';
import { elasticsearchDocuments } from '../../../functions/metrics/documents.elasticsearch.ts';
import type { Body } from '../../../functions/metrics/fields.ts';
import { connectElasticsearch } from '../../../functions/runtime/connection.elasticsearch.ts';
import type { Document } from '../../../functions/runtime/ports.ts';
import type { Settings } from '../../../functions/settings.ts';
import { Trouble } from '../../../infra/faults.ts';
import { putTemplates } from '../../../infra/kibana/templates.ts';
import { type Result, sumOfCpu } from './result.ts';

const index = 'despacho-lab';

type Fields = Body<typeof index>;

/** One document for each second and for each process in it, and one for the whole run; the same run gives the same ids. */
function documentsOf(result: Result): Document[] {
  const common = {
    'event.dataset': index,
    'service.name': 'despacho',
    'despacho.run': result.run,
    'despacho.lab.message': result.message,
    'despacho.lab.target': result.target,
    'despacho.lab.pace': result.pace,
    'despacho.lab.durability': result.durability,
  } as const;
  const make = (id: string, second: number, fields: Fields): Document => {
    const at = new Date(Date.parse(result.startedAt) + second * 1000).toISOString();
    return document(index, `${result.run}-${id}`, { ...common, '@timestamp': at, ...fields });
  };
  const seconds = result.samples.flatMap((sample, number) => {
    const { phase, second, producedPerSecond, consumedPerSecond, lag, processes } = sample;
    const when = { 'despacho.lab.phase': phase, 'despacho.lab.second': second };
    const rate = make(`${number}`, second, {
      ...when,
      'despacho.lab.kind': 'rate',
      'despacho.lab.produced_per_second': producedPerSecond,
      'despacho.lab.consumed_per_second': consumedPerSecond,
      'despacho.lab.lag': lag,
    });
    const used = Object.entries(processes).map(([name, { cpu, memory }]) => {
      const figures = { 'process.name': name, 'despacho.lab.cpu': cpu, 'despacho.lab.memory': memory };
      return make(`${number}-${name}`, second, { ...when, 'despacho.lab.kind': 'process', ...figures });
    });
    return [rate, ...used];
  });
  return [...seconds, make('result', result.samples.at(-1)?.second ?? 0, summary(result))];
}

const summary = (result: Result): Fields => ({
  'despacho.lab.kind': 'result',
  'event.outcome': result.proof.exact ? 'success' : 'failure',
  'event.duration': Math.round(result.consumed.seconds * 1e9),
  'despacho.lab.count': result.count,
  'despacho.lab.produced_per_second': result.produced.perSecond,
  'despacho.lab.consumed_per_second': result.consumed.perSecond,
  'despacho.lab.cpu_per_1000': sumOfCpu(result),
  'despacho.lab.bytes_per_message': result.bytesPerMessage ?? undefined,
  'despacho.lab.exact': result.proof.exact,
});

/** Writes the result's documents; the index is made where there is none. */
export async function keepInElasticsearch(result: Result, settings: Settings): Promise<void> {
  const client = connectElasticsearch(settings);
  await putTemplates(client, settings.namespace).finally(() => client.close());
  const documents = elasticsearchDocuments(settings);
  try {
    const refused = await documents.create(documentsOf(result));
    if (refused.length > 0)
      throw new Trouble('refused', `Elasticsearch refused ${refused.length} documents: ${refused[0]?.reason}`);
  } finally {
    await documents.close();
  }
}

/** A row for each second and process, and one a second for the messages (its process is empty). */
function csvOf(results: readonly Result[]): string {
  const columns = 'run,message,target,pace,phase,second,process,cpu_cores,memory_mib,produced_per_s,consumed_per_s,lag';
  const rows = results.flatMap(({ run, message, target, pace, samples }) =>
    samples.flatMap(({ phase, second, producedPerSecond, consumedPerSecond, lag, processes }) => {
      const start = [run, message, target, pace, phase, second.toFixed(2)];
      const rate = [...start, '', '', '', producedPerSecond.toFixed(1), consumedPerSecond.toFixed(1), lag];
      const used = Object.entries(processes).map(([name, { cpu, memory }]) =>
        [...start, name, cpu.toFixed(3), memory.toFixed(1), '', '', ''].join(','),
      );
      return [rate.join(','), ...used];
    }),
  );
  return `${[columns, ...rows].join('\n')}\n`;
}

/** Writes `results.json` and `samples.csv`. @returns their paths */
export function writeFiles(folder: string, results: readonly Result[]): string[] {
  mkdirSync(folder, { recursive: true });
  const [json, csv] = [join(folder, 'results.json'), join(folder, 'samples.csv')];
  writeFileSync(json, `${JSON.stringify(results, null, 1)}\n`);
  writeFileSync(csv, csvOf(results));
  return [json, csv];
}
