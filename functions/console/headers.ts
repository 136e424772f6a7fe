/**
 * What every answer of the console forbids: whatever the page does not need. Who may ask at all is decided before,
 * at the listener; a request that changes something shows the page's token besides.
 */
import { urlsOf } from '../../infra/access/loopback.ts';
import type { Settings } from '../settings.ts';

type Places = Pick<Settings, 'consoleUrl' | 'consoleSocket'>;

/** For every answer. `access-control-allow-origin` names ourselves, or serverless-offline would name whoever asks. */
export function safeHeaders({ consoleUrl, consoleSocket }: Places): Record<string, string> {
  // A policy cannot name an address of IPv6.
  const sockets = urlsOf(consoleSocket).filter(({ hostname }) => !hostname.startsWith('['));
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${sockets.map(({ origin }) => origin).join(' ')}`,
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
