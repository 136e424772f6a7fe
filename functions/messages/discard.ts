/** Reads and checks every message and keeps none: what the other functions are compared with. */

import { type CommonPorts, commonPorts } from '../metrics/connect.ts';
import { type Invocation, kafkaFunction, type Outcome } from '../runtime/handler.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import { readMessages } from './readMessages.ts';

async function discard(records: readonly Incoming[], invocation: Invocation<CommonPorts>): Promise<Outcome> {
  const { messages, dead } = readMessages(records, invocation);
  const counts = { applied: 0, repeated: 0, ignored: messages.length, dead: dead.length };
  return { counts, failed: [], records: dead, documents: [] };
}

/**
 * Good messages count as ignored; what cannot be read still goes to the dead-letter topic.
 * @throws Error for a topic that holds no messages, and when Kafka is away
 */
export const handler = kafkaFunction('discard', discard, commonPorts);
