import type { Lag } from '../../functions/console/snapshot.ts';
import { lagDocument } from '../../functions/metrics/document.ts';
import { elasticsearchDocuments } from '../../functions/metrics/documents.elasticsearch.ts';
import type { Settings } from '../../functions/settings.ts';

/** Enough to draw by, and under a document a second. */
const everyMilliseconds = 10_000;

/** Keeps how far the consumer groups are behind, for Kibana. */
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
    const documents = lags.map(({ topic, group, partitions }) =>
      lagDocument({ topic, group, records: partitions.reduce((sum, one) => sum + one, 0) }, now),
    );
    await this.#documents.create(documents);
  }
}
