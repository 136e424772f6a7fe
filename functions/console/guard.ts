/**
 * Who may use the pages: a browser that asked for this machine by its own name, from a page of ours. Every answer
 * forbids what the page does not need. Pages of other sites can neither read nor change anything:
 * their requests carry another Origin, and a name that was bent to this address is no host of ours.
 */
import { timingSafeEqual } from 'node:crypto';
import type { Settings } from '../settings.ts';

const loopback = ['127.0.0.1', 'localhost'];

type Places = Pick<Settings, 'consoleUrl' | 'consoleSocket'>;

/** The same address by all of its names, where it is this machine's own. */
function names(address: string): URL[] {
  const url = new URL(address);
  if (!loopback.includes(url.hostname)) return [url];
  return loopback.map((hostname) => new URL(address.replace(url.hostname, hostname)));
}

export const isOurHost = (host: string | undefined, address: string): boolean =>
  names(address).some((url) => url.host === host?.toLowerCase());

export const isOurOrigin = (origin: string | undefined, { consoleUrl }: Places): boolean =>
  names(consoleUrl).some((url) => url.origin === origin);

type Request = Readonly<{ method: string; headers: Readonly<Record<string, string | undefined>> }>;

/**
 * Why a request is refused; undefined for one that is let in.
 * @param token what a changing request has to show in the header `x-despacho-token`
 */
export function refusal({ method, headers }: Request, settings: Places, token: string): string | undefined {
  if (!isOurHost(headers.host, settings.consoleUrl)) return `Ask for ${new URL(settings.consoleUrl).host}.`;
  if (headers.origin !== undefined && !isOurOrigin(headers.origin, settings))
    return 'Pages of other sites are refused.';
  // Browsers say so themselves where no Origin is sent: a picture or script tag of another site, for instance.
  if (['cross-site', 'same-site'].includes(headers['sec-fetch-site'] ?? '')) return 'Pages of other sites are refused.';
  if (method === 'GET') return undefined;
  return sameText(headers['x-despacho-token'] ?? '', token)
    ? undefined
    : 'The token is missing or old: reload the page.';
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** For every answer. `access-control-allow-origin` names ourselves, or serverless-offline would name whoever asks. */
export function safeHeaders({ consoleUrl, consoleSocket }: Places): Record<string, string> {
  const sockets = names(consoleSocket).map((url) => url.origin);
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${sockets.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
  ];
  return {
    'content-security-policy': policy.join('; '),
    'access-control-allow-origin': new URL(consoleUrl).origin,
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-cache',
  };
}
