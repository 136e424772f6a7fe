/** What every storing function does with a batch; only the store differs. */

import { type CommonPorts, commonPorts } from '../metrics/connect.ts';
import { type Invocation, type KafkaHandler, kafkaFunction, type Outcome } from '../runtime/handler.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import type { Store } from './ports.ts';
import { readMessages } from './readMessages.ts';
import { type LabSettings, readLabSettings } from './settings.ts';

/** The Lambda handler that keeps messages in the store that `connect` makes on the first call. */
export function saveFunction(name: string, connect: (settings: LabSettings) => Store): KafkaHandler {
  let store: Store | undefined;
  return kafkaFunction<CommonPorts>(
    name,
    (records, invocation) => {
      store ??= connect(readLabSettings());
      return save(records, invocation, store);
    },
    commonPorts,
  );
}

/** The store being away fails the batch: the messages wait in Kafka and come again. */
async function save(records: readonly Incoming[], invocation: Invocation<CommonPorts>, store: Store): Promise<Outcome> {
  const { messages, dead } = readMessages(records, invocation);
  const applied = await store.save(messages);
  const counts = { applied, repeated: messages.length - applied, ignored: 0, dead: dead.length };
  return { counts, failed: [], records: dead, documents: [] };
}
