/** Restores an engine from Kafka, the only truth: `npm run rebuild -- redis|elasticsearch`. */
import { parseArgs } from 'node:util';
import { readSettings } from '../../functions/settings.ts';
import { rebuildElasticsearch } from './elasticsearch.ts';
import { rebuildRedis } from './redis.ts';

const help = `npm run rebuild -- redis|elasticsearch

  redis          states, due times, timers and the marks of sent e-mails
  elasticsearch  every metric document

Reads Kafka alone. What is there already stays, so it can be run at any time, also while the system works.`;

async function rebuild([engine, ...more]: readonly string[]): Promise<string> {
  if (more.length > 0) throw new Error(`Rebuild one engine at a time, not also ${more.join(' ')}.\n\n${help}`);
  const settings = readSettings();
  if (engine === 'redis') {
    const { restored, there } = await rebuildRedis(settings);
    return `Redis: ${restored} orders restored, ${there} were there already`;
  }
  if (engine === 'elasticsearch') {
    const { documents } = await rebuildElasticsearch(settings);
    return `Elasticsearch: it has the ${documents} documents that Kafka tells`;
  }
  throw new Error(`${engine === undefined ? 'The engine is missing' : `"${engine}" cannot be rebuilt`}.\n\n${help}`);
}

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h', default: false } },
  });
  console.log(values.help ? help : await rebuild(positionals));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
