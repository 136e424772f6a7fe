import type { Mapping } from '../config/mapping.ts';
import type { KafkaRecord } from '../record/record.ts';
import { type Custom, type FunctionSpec, functionArn, type Outcome } from './invocation.ts';
import type { Invoker } from './invoker.ts';
import type { Source } from './kafkaEvent.ts';

/**
 * What the events of a mapping say of where their records come from.
 * @param brokers as the event names them where the mapping does not, with commas between
 */
export const sourceOf = (mapping: Mapping, brokers: string): Source => ({
  eventSource: mapping.eventSource,
  ...(mapping.eventSourceArn ? { eventSourceArn: mapping.eventSourceArn } : {}),
  bootstrapServers: mapping.bootstrapServers.join(',') || brokers,
  topic: mapping.topic,
});

/** Calls the function of one mapping with records of its topic. */
export class Invocations {
  readonly source: Source;
  readonly functionArn: string;
  readonly #invoker: Invoker;
  readonly #functionName: string;
  readonly #answer: boolean;

  /** @param brokers as the event names them where the mapping does not, with commas between */
  constructor(invoker: Invoker, mapping: Mapping, spec: FunctionSpec, brokers: string) {
    this.#invoker = invoker;
    this.#functionName = mapping.functionName;
    this.functionArn = functionArn(mapping.functionName, spec);
    this.#answer = mapping.reportBatchItemFailures;
    this.source = sourceOf(mapping, brokers);
  }

  /**
   * Never rejects: what goes wrong is an outcome.
   * @param isolate in a worker that has nothing else: one that had other calls, too, has died of one of them
   * @param wanted asked when the call goes to a worker
   */
  invoke(records: readonly KafkaRecord[], custom: Custom, isolate: boolean, wanted: () => boolean): Promise<Outcome> {
    const { source } = this;
    const answer = this.#answer;
    return this.#invoker.invoke(this.#functionName, { source, records, custom, answer, isolate, wanted });
  }
}
