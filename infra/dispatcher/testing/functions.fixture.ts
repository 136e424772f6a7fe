/** A function on one topic, and what it gets. */
import type { KafkaEvent } from '../invoke/kafkaEvent.ts';
import type { FunctionConfig, Trigger } from './trigger.ts';

export const textsOf = (event: KafkaEvent): string[] =>
  Object.values(event.records)
    .flat()
    .map(({ value = '' }) => Buffer.from(value, 'base64').toString());

/** @param kafka further settings of its event @param more of the function */
export const on = (kafka: object = {}, more: object = {}): FunctionConfig => ({
  events: [{ kafka: { topic: 'orders', bootstrapServers: ['127.0.0.1:9092'], ...kafka } }],
  ...more,
});

/** A text for each call. */
export const valuesOf = ({ calls }: Trigger): string[] => calls.map(({ values }) => values.join());
