/** Shows every message, as it arrives, to whoever is looking. */

import { type CommonPorts, commonPorts } from '../metrics/connect.ts';
import { type Invocation, kafkaFunction, type Outcome } from '../runtime/handler.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import type { Screen } from './ports.ts';
import { readMessages } from './readMessages.ts';
import { httpScreen } from './screen.http.ts';
import { readLabSettings } from './settings.ts';

let screen: Screen | undefined;

async function show(records: readonly Incoming[], invocation: Invocation<CommonPorts>): Promise<Outcome> {
  const { messages, dead } = readMessages(records, invocation);
  screen ??= httpScreen(readLabSettings());
  await screen.show(messages);
  const counts = { applied: messages.length, repeated: 0, ignored: 0, dead: dead.length };
  return { counts, failed: [], records: dead, documents: [] };
}

/**
 * Every message that the screen took counts as applied, whether or not anybody looked.
 * @throws when no screen answers within 15 s, it refuses, or Kafka is away; the batch then comes again
 */
export const handler = kafkaFunction('show', show, commonPorts);
