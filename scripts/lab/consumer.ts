/** The consumer: the dispatcher with one mapping, from the topic of a kind of message to the function of a target. */
import { resolve } from 'node:path';
import type { KindName } from '../../functions/messages/message.ts';
import { type TargetName, targets } from '../../functions/messages/targets.ts';
import type { Settings } from '../../functions/settings.ts';
import { planOf } from '../../infra/dispatcher/config/mapping.ts';
import type { Service } from '../../infra/dispatcher/config/service.ts';
import { type Dispatcher, startDispatcher } from '../../infra/dispatcher/dispatcher.ts';
import { messagesTopic } from './topics.ts';

const root = resolve(import.meta.dirname, '../..');

/** Batches as large as AWS's 6 MB let them be for messages of this size, and no wait for a batch to fill. */
const batch = { batchSize: 8000, maximumBatchingWindow: 0 };

/** More batches under way than cores would only compete. */
const concurrency = 2;

/** Plain data: it is sent to the consumer's process. */
export type ConsumeOptions = Readonly<{
  kind: KindName;
  target: TargetName;
  /** Consumer group, without the namespace: one of its own starts from the topic's beginning. */
  group: string;
  place: Pick<Settings, 'kafkaBrokers' | 'access' | 'namespace'>;
}>;

/** As serverless.yml would say it. A store that is away is waited for: messages are never given up. */
function serviceOf({ kind, target, group, place }: ConsumeOptions): Service {
  const name = targets[target].function;
  const event = {
    bootstrapServers: place.kafkaBrokers,
    topic: messagesTopic(kind, place),
    consumerGroupId: place.namespace + group,
    startingPosition: 'TRIM_HORIZON',
    ...batch,
  };
  return {
    service: 'despacho-lab',
    functions: {
      [name]: {
        handler: `functions/messages/${name}.handler`,
        timeout: 60,
        provisionedConcurrency: concurrency,
        events: [{ kafka: event }],
      },
    },
    custom: { dispatcher: { functions: { [name]: { maximumRetryAttempts: -1, concurrency } } } },
  };
}

/** Starts to consume; the function has this process's environment. Resolves when it is a member of its group. */
export function startConsumer(options: ConsumeOptions, log: (text: string) => void): Promise<Dispatcher> {
  const plan = planOf(serviceOf(options), root);
  const { kafka = {} } = options.place.access;
  return startDispatcher({ ...plan, access: kafka, log: { info: () => undefined, warn: log, error: log } });
}

/** Records that the consumer's function has dealt with. */
export const consumedBy = (dispatcher: Dispatcher): number =>
  Object.values(dispatcher.stats().mappings).reduce((sum, { records }) => sum + records, 0);
