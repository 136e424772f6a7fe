import type { Lag } from '../../functions/console/snapshot.ts';
import { isLabRun } from '../../functions/messages/labRun.ts';
import { document, iso } from '../../functions/metrics/document.ts';
import { elasticsearchDocuments } from '../../functions/metrics/documents.elasticsearch.ts';
import type { Document } from '../../functions/runtime/ports.ts';
import type { Settings } from '../../functions/settings.ts';

/**
 * Under two documents a second. Kafka is looked at every 2 s: so each interval of 10 s has one, and a line of the lag has
 * no gaps while the system runs.
 */
const everyMilliseconds = 8000;

/** Without the lab's runs, which tell their own lag. */
export const functionsOnly = (lags: readonly Lag[]): Lag[] => lags.filter(({ group }) => !isLabRun(group));

/** Keeps how far the functions' consumer groups are behind, for the dashboards. */
export class LagRecord {
  readonly #settings: Settings;
  readonly #documents: ReturnType<typeof elasticsearchDocuments>;
  #due = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
    this.#documents = elasticsearchDocuments(settings);
  }

  close = (): Promise<void> => this.#documents.close();

  /** @param now ms since 1970 @throws when Elasticsearch does not take it */
  async keep(lags: readonly Lag[], now: number): Promise<void> {
    if (!this.#settings.metrics || now < this.#due) return;
    this.#due = now + everyMilliseconds;
    const documents = functionsOnly(lags).map(({ topic, group, partitions }) =>
      lagDocument({ topic, group, records: partitions.reduce((sum, one) => sum + one, 0) }, now),
    );
    await this.#documents.create(documents);
  }
}

/** How many records waited for a function at `at` (ms). Topic and group are without the namespace. */
function lagDocument(lag: Readonly<{ topic: string; group: string; records: number }>, at: number): Document {
  return document('despacho-lag', `${lag.group}-${lag.topic}-${at}`, {
    '@timestamp': iso(at),
    'event.dataset': 'despacho-lag',
    'service.name': 'despacho',
    // Each function reads as the group of its own name.
    'faas.name': lag.group,
    'messaging.destination.name': lag.topic,
    'messaging.consumer.group.name': lag.group,
    'despacho.kafka.lag': lag.records,
  });
}
