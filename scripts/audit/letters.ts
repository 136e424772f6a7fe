/** What the inbox says of the orders' e-mails. */
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { z } from 'zod';
import { splitLogin } from '../../functions/login.ts';
import { type Order, stepId } from '../../functions/orders/records.ts';
import type { Settings } from '../../functions/settings.ts';
import { spelling } from '../../functions/text.ts';
import { recipientOf } from '../../infra/inbox/mailbox.ts';
import type { Evidence } from './evidence.ts';

const letterSchema = z.object({
  messageId: z.string(),
  to: z.string(),
  order: z.string(),
  version: z.number().nullable(),
});

/** `since`: ms since 1970. */
type Narrowed = Readonly<{ run: string | undefined; since: number | undefined }>;

/** Whether a letter went to somebody else, however the address is spelt. @param to of a letter that was forgotten the inbox says none */
export const isStray = (to: string, { email }: Pick<Order, 'email'>): boolean =>
  to !== '' && recipientOf(to) !== spelling(email);

async function readLetters(
  settings: Settings,
  { run, since }: Narrowed,
  { letters, strayLetters, placed }: Evidence,
): Promise<void> {
  const { base, headers } = splitLogin(settings.inboxUrl);
  const url = new URL('/messages', base);
  if (run !== undefined) url.searchParams.set('run', run);
  // From the newest on the inbox reads no further back than it is asked.
  if (since !== undefined) url.searchParams.set('since', `${Math.max(0, since)}`);
  const response = await fetch(url, { headers: { ...headers, accept: 'application/x-ndjson' } });
  if (!response.ok || !response.body) throw new NoInbox(`the inbox at ${base} answers ${response.status}`);
  for await (const line of createInterface({ input: Readable.fromWeb(response.body as ReadableStream) })) {
    const { order: id, version, messageId, to } = letterSchema.parse(JSON.parse(line));
    const order = placed.get(id);
    if (version === null || !order) continue;
    const step = stepId(id, version);
    if (isStray(to, order)) strayLetters.add(step);
    const ids = letters.get(step) ?? new Map<string, number>();
    letters.set(step, ids.set(messageId, (ids.get(messageId) ?? 0) + 1));
  }
}

/** Adds the letters of the placed orders to the evidence; without an inbox, that they were not seen. */
export const gatherLetters = (settings: Settings, narrowed: Narrowed, evidence: Evidence): Promise<void> =>
  readLetters(settings, narrowed, evidence).catch((error) => blind(error, evidence));

/** Without an inbox nothing is known of e-mails; the rest can be judged. @throws what is no question of the network */
function blind(error: unknown, { unseen }: Evidence): void {
  if (!(error instanceof TypeError) && !(error instanceof NoInbox)) throw error;
  unseen.emails = error instanceof NoInbox ? error.message : 'no inbox answers at INBOX_URL';
}

class NoInbox extends Error {}
