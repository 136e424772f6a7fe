import PostalMime, { type Email } from 'postal-mime';
import { z } from 'zod';
import type { Settings } from '../../functions/settings.ts';

const envelopes = z.array(z.object({ id: z.number(), version: z.number() }));

/** The e-mails about an order that one load run sent, by version. */
export async function lettersOf({ inboxUrl }: Settings, run: string, orderId: string): Promise<Email[]> {
  const url = new URL(`/messages?${new URLSearchParams({ run, order: orderId, sort: 'oldest' })}`, inboxUrl);
  const found = envelopes.parse(await (await fetch(url)).json());
  const sorted = found.sort((a, b) => a.version - b.version);
  return Promise.all(
    sorted.map(async ({ id }) => {
      const letter = await fetch(new URL(`/messages/${id}`, inboxUrl));
      return PostalMime.parse(await letter.arrayBuffer());
    }),
  );
}
