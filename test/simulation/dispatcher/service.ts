/** The service that the simulated dispatchers run, as serverless.yml would tell it. */
import { planOf } from '../../../infra/dispatcher/config/mapping.ts';
import type { Scenario } from './scenario.ts';

export const topic = 't';
/** Records with the first are for the first event, those with the second for the second one; the third for nobody. */
export const marks = ['wanted', 'wanted too', 'unwanted'] as const;

/** A module that is there: the simulation calls no function in it. */
const handler = 'service.topic';

export const planFor = (scenario: Pick<Scenario, 'setting' | 'readers'>) =>
  planOf(serviceOf(scenario), import.meta.dirname);

/** The consumer groups of it. */
export const groupsOf = (scenario: Pick<Scenario, 'setting' | 'readers'>): string[] =>
  planFor(scenario).mappings.map(({ consumerGroupId }) => consumerGroupId);

/** By the function. Two events of one function share what is known of its records. */
export const groupsByFunction = (scenario: Pick<Scenario, 'setting' | 'readers'>): [name: string, groups: string[]][] =>
  [...Map.groupBy(planFor(scenario).mappings, ({ functionName }) => functionName)].map(([name, of]) => [
    name,
    of.map(({ consumerGroupId }) => consumerGroupId),
  ]);

function serviceOf({ setting, readers }: Pick<Scenario, 'setting' | 'readers'>) {
  const { batchSize, maximumBatchingWindow, pollers, destination, filtered, provisioned } = setting;
  const wants = (values: readonly string[]) => ({ filterPatterns: [{ value: { a: values } }] });
  const event = (filter: object) => ({
    kafka: {
      topic,
      bootstrapServers: ['simulated:9092'],
      accessConfigurations: { vpcSubnet: ['subnet-0'] },
      startingPosition: 'TRIM_HORIZON',
      batchSize,
      maximumBatchingWindow,
      ...(pollers > 1 ? { provisionedPollerConfig: { minimumPollers: pollers } } : {}),
      ...filter,
    },
  });
  const [first, second] = marks;
  const all = filtered ? wants([first, second]) : {};
  const events = readers === 'two events' ? [event(wants([first])), event(wants([second]))] : [event(all)];
  const definition = { handler, timeout: 3, events, ...(provisioned ? { provisionedConcurrency: 1 } : {}) };
  const names = readers === 'sharing' ? ['one', 'other'] : ['one'];
  const shared = readers === 'sharing' ? { worker: 'shared' } : {};
  const extra = {
    maximumRetryAttempts: setting.retries,
    bisectBatchOnFunctionError: setting.bisect,
    ordering: setting.ordering,
    concurrency: setting.concurrency,
    ...(readers === 'sharing' ? {} : { concurrencyPerWorker: setting.concurrencyPerWorker }),
    ...(setting.partial ? { functionResponseType: 'ReportBatchItemFailures' } : {}),
    ...(destination ? { onFailureDestination: `kafka://${topic}.dead` } : {}),
    ...shared,
  };
  return {
    service: 'simulated',
    functions: Object.fromEntries(names.map((name) => [name, definition])),
    custom: {
      dispatcher: { brokers: 'simulated:9092', functions: Object.fromEntries(names.map((name) => [name, extra])) },
    },
  };
}
