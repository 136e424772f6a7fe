import type { Clock } from '../../clock.ts';
import { compileFilters } from '../config/filter.ts';
import type { Mapping, Plan } from '../config/mapping.ts';
import { sourceOf } from '../invoke/invocations.ts';
import type { KafkaEvent } from '../invoke/kafkaEvent.ts';
import { pack, unpack } from '../invoke/packing.ts';
import type { Logger } from '../stats.ts';

/** An event with one record, as if the mapping's topic had begun with it now. Says where no filter wants it. */
export function sampleEvent(
  mapping: Mapping,
  { brokers }: Plan,
  { key = 'key', value = '{"hello":"world"}' }: { key?: string | undefined; value?: string | undefined },
  clock: Clock,
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
    timestamp: clock.now(),
    appended: false,
    key: Buffer.from(key),
    value: bytes,
    headers: [['sample', Buffer.from('ë')]] satisfies [string, Buffer][],
  };
  return unpack(pack([record]), 1, sourceOf(mapping, brokers.join(',')));
}
