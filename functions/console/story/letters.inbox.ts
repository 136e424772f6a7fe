import { z } from 'zod';
import { systemClock, withDeadline } from '../../../infra/clock.ts';
import { splitLogin } from '../../login.ts';
import type { Settings } from '../../settings.ts';
import type { Entry } from './story.ts';

const letterSchema = z.object({
  id: z.number(),
  at: z.number(),
  messageId: z.string(),
  version: z.number().nullable(),
  size: z.number(),
});

/** Milliseconds. */
const patience = 5000;

/** The order's e-mails as the inbox took them. A mail server of somebody else's cannot be asked. */
export async function lettersOf(settings: Settings, orderId: string): Promise<{ entries: Entry[] }> {
  const { base, headers } = splitLogin(settings.inboxUrl);
  const url = new URL('/messages', base);
  url.search = String(new URLSearchParams({ order: orderId, sort: 'oldest', limit: '500' }));
  const letters = await withDeadline(systemClock, patience, async (signal) => {
    const response = await fetch(url, { headers, signal });
    if (!response.ok) throw new Error(`the inbox at ${base} answers ${response.status}`);
    return z.array(letterSchema).parse(await response.json());
  });
  const seen = new Set<string>();
  return {
    entries: letters.map(({ id, at, messageId, version, size }): Entry => {
      const again = seen.has(messageId);
      seen.add(messageId);
      const facts = { message_id: messageId, bytes: size, page: String(new URL(`/view/${id}`, base)) };
      return {
        at,
        source: 'e-mail',
        kind: 'sent',
        ...(version !== null && { version }),
        facts,
        ...(again && { again }),
      };
    }),
  };
}
