/**
 * What every answer of the console forbids: whatever the page does not need. Who may ask at all is decided before,
 * at the listener; a request that changes something shows the page's token besides.
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

/** Compares in a time that tells nothing of where they differ. */
export function sameText(one: string, other: string): boolean {
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
