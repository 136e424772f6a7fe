/** `kafka-dispatcher event`: prints an event that a function would get, for `invoke local` and for tests. */
import { z } from 'zod';
import { systemClock } from '../../clock.ts';
import { flag, numeric, oneOf, readCommandLine } from '../../commandLine.ts';
import { Mistake } from '../../faults.ts';
import { compileFilters } from '../config/filter.ts';
import type { Mapping, Plan } from '../config/mapping.ts';
import { sourceOf } from '../invoke/invocations.ts';
import type { KafkaEvent } from '../invoke/kafkaEvent.ts';
import { pack, unpack } from '../invoke/packing.ts';
import { planFrom, sourceFlags } from '../serviceSource.ts';
import type { Logger } from '../stats.ts';
import { brokerEvent } from './brokerEvent.ts';

const { lambda: _, endpoint: __, ...serviceFlags } = sourceFlags;
const text = z.string().optional();
const most = 'is not a whole number from 1 to 10000';

const commandLine = {
  name: 'kafka-dispatcher event',
  about: 'Prints an event as a function would get it: kafka-dispatcher event --topic orders > event.json',
  flags: {
    ...serviceFlags,
    topic: flag('<name>', 'of the mapping, where there are several', text),
    function: flag('<name>', 'of the mapping, where there are several on the topic', text),
    from: flag(
      '<broker|sample>',
      'the newest records that the function wants, or a made one (broker)',
      oneOf(['broker', 'sample']).default('broker'),
    ),
    records: flag('<n>', 'so many from the broker (1)', numeric(z.int(most).min(1, most).max(10_000, most).default(1))),
    key: flag('<text>', 'of the made record', text),
    value: flag('<text>', 'of the made record', text),
  },
};

/**
 * Prints to standard output.
 * @param signal gives it up
 * @throws Mistake or Trouble where there is no such event
 */
export async function printEvent(args: readonly string[], signal: AbortSignal, log: Logger): Promise<void> {
  const flags = readCommandLine(commandLine, args);
  // Nothing is called: what its functions are written in does not matter.
  const isMeant = meant(flags);
  // It is read also where it is disabled, by its own login; nothing is asked of the others.
  const runs = (mapping: Mapping) => flags.from === 'broker' && isMeant(mapping);
  const plan = await planFrom({ ...flags, endpoint: 'http://127.0.0.1:1' }, signal, { runs });
  const mapping = chosen(plan, isMeant);
  const event: KafkaEvent =
    flags.from === 'sample'
      ? sampleEvent(mapping, plan, flags, log)
      : await brokerEvent(mapping, plan, flags.records, { clock: systemClock, log, signal });
  process.stdout.write(`${JSON.stringify(event, null, 2)}\n`);
}

const meant =
  (of: { topic?: string | undefined; function?: string | undefined }) =>
  ({ topic, functionName }: Mapping): boolean =>
    (of.topic === undefined || topic === of.topic) && (of.function === undefined || functionName === of.function);

function chosen({ mappings }: Plan, isMeant: (mapping: Mapping) => boolean): Mapping {
  const fit = mappings.filter(isMeant);
  const [mapping, ...others] = fit;
  const ids = (all: readonly Mapping[]) => all.map(({ id }) => id).join(', ') || 'none';
  if (!mapping) throw new Mistake('flag', `no mapping has that --topic and --function; there are ${ids(mappings)}`);
  if (others.length > 0) throw new Mistake('flag', `--topic and --function fit several mappings: ${ids(fit)}`);
  return mapping;
}

/** An event with one record, as if the mapping's topic had begun with it now. Says where no filter wants it. */
function sampleEvent(
  mapping: Mapping,
  { brokers }: Plan,
  { key = 'key', value = '{"hello":"world"}' }: { key?: string | undefined; value?: string | undefined },
  log: Logger,
): KafkaEvent {
  const bytes = Buffer.from(value);
  if (compileFilters(mapping.filterPatterns)?.(bytes) === false)
    log.warn(
      `${mapping.id}: no filter pattern wants this record, so the function would not get it; --value names another`,
    );
  const record = {
    partition: { id: 0 },
    offset: 0,
    timestamp: systemClock.now(),
    appended: false,
    key: Buffer.from(key),
    value: bytes,
    headers: [['sample', Buffer.from('ë')]] satisfies [string, Buffer][],
  };
  return unpack(pack([record]), 1, sourceOf(mapping, brokers.join(',')));
}
