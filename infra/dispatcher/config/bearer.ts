/** Tokens for SASL OAUTHBEARER: of an authorization server, or signed by AWS's own package for MSK. */
import type { SASLOptions } from 'kafkajs';
import { z } from 'zod';
import { type Clock, systemClock, withDeadline } from '../../clock.ts';

/** A client's credentials, which an authorization server gives tokens for (RFC 6749, 4.4). */
export const bearerSecret = z.object({
  clientId: z.string(),
  clientSecret: z.string(),
  tokenEndpoint: z.url({ protocol: /^https?$/ }),
  scope: z.string().optional(),
});
type Credentials = z.infer<typeof bearerSecret>;

type Bearer = Extract<SASLOptions, { mechanism: 'oauthbearer' }>;

const granted = z.object({ access_token: z.string(), expires_in: z.number().default(0) });

/** Milliseconds that a token must still be good for, so that it is not over on its way. */
const margin = 30_000;
/** Milliseconds. */
const patience = 10_000;

/**
 * One token serves all connections until shortly before it expires, also those that open while it is asked for. What goes
 * wrong never says what was sent.
 */
export function oauthBearer(credentials: Credentials, clock: Clock = systemClock): Bearer {
  let last = { value: '', until: 0 };
  let asking: Promise<void> | undefined;
  const renew = async () => {
    const { access_token: value, expires_in: seconds } = await withDeadline(clock, patience, (signal) =>
      ask(credentials, signal),
    );
    last = { value, until: clock.now() + seconds * 1000 };
  };
  return {
    mechanism: 'oauthbearer',
    oauthBearerProvider: async () => {
      if (last.until <= clock.now() + margin) {
        asking ??= renew().finally(() => {
          asking = undefined;
        });
        await asking;
      }
      return { value: last.value };
    },
  };
}

/** By the credentials that AWS's SDK finds in the environment, and for 15 minutes each: the broker asks anew in time. */
export const mskIam = (region: string): Bearer => ({
  mechanism: 'oauthbearer',
  oauthBearerProvider: async () => {
    const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
    return { value: (await generateAuthToken({ region })).token };
  },
});

async function ask(
  { clientId, clientSecret, tokenEndpoint, scope }: Credentials,
  signal: AbortSignal,
): Promise<z.infer<typeof granted>> {
  const answer = await fetch(tokenEndpoint, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'client_credentials', ...(scope !== undefined && { scope }) }),
    signal,
  });
  const read = granted.safeParse(await answer.json().catch(() => undefined));
  if (answer.ok && read.success) return read.data;
  throw new Error(`${new URL(tokenEndpoint).origin} gives no token: it answers with ${answer.status}`);
}
