/** Keeps what a load offered as documents in Elasticsearch, a second each, to be drawn beside what came of it. */

import { status } from '@grpc/grpc-js';
import { document } from '../../functions/metrics/document.ts';
import { elasticsearchDocuments } from '../../functions/metrics/documents.elasticsearch.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import type { Document } from '../../functions/runtime/ports.ts';
import type { Settings } from '../../functions/settings.ts';
import { putTemplates } from '../../infra/kibana/templates.ts';
import type { Load } from './options.ts';
import type { Outcomes } from './outcomes.ts';
import type { Plan } from './plan.ts';

/** A load that is over. `startedAt` in ms since 1970; the moments of the plan and the outcomes count from it. */
export type Finished = Readonly<{
  load: Pick<Load, 'run' | 'distribution'>;
  plan: Pick<Plan, 'moments'>;
  outcomes: Outcomes;
  startedAt: number;
}>;

type Second = { planned: number; sent: number; acknowledged: number; failed: number };

function secondsOf({ plan, outcomes }: Finished): Map<number, Second> {
  const seconds = new Map<number, Second>();
  const count = (moment: number | undefined, what: keyof Second) => {
    if (moment === undefined || Number.isNaN(moment)) return;
    const second = Math.floor(moment / 1000);
    const counts = seconds.get(second) ?? { planned: 0, sent: 0, acknowledged: 0, failed: 0 };
    counts[what]++;
    seconds.set(second, counts);
  };
  plan.moments.forEach((moment, index) => {
    count(moment, 'planned');
    count(outcomes.sent[index], 'sent');
    count(outcomes.answered[index], outcomes.codes[index] === status.OK ? 'acknowledged' : 'failed');
  });
  return seconds;
}

/** One document for each second in which something was planned or happened. */
export function documentsOf(finished: Finished): Document[] {
  const { load, startedAt } = finished;
  return [...secondsOf(finished)].map(([second, { planned, sent, acknowledged, failed }]) =>
    document('despacho-load', `${load.run}-${startedAt}-${second}`, {
      '@timestamp': new Date(startedAt + second * 1000).toISOString(),
      'event.dataset': 'despacho-load',
      'service.name': 'despacho',
      'despacho.run': load.run,
      'despacho.distribution': load.distribution,
      'despacho.load.planned': planned,
      'despacho.load.sent': sent,
      'despacho.load.acknowledged': acknowledged,
      'despacho.load.failed': failed,
    }),
  );
}

/** @returns why nothing was kept, if so: a load is none the worse for it */
export async function keep(finished: Finished, settings: Settings): Promise<string | undefined> {
  if (!settings.metrics) return undefined;
  const client = connectElasticsearch(settings, { maxRetries: 0, requestTimeout: 5000 });
  const documents = elasticsearchDocuments(settings);
  try {
    // A load may come before the system has ever run here; an index without its template would have other types.
    await putTemplates(client, settings.namespace);
    const refused = await documents.create(documentsOf(finished));
    return refused[0] && `Elasticsearch refused the documents of the load: ${refused[0].reason}`;
  } catch (error) {
    return `Kibana will not draw the offered load: ${settings.elasticsearchUrl} did not take it (${error})`;
  } finally {
    await Promise.all([client.close(), documents.close()]);
  }
}
