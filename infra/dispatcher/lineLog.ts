/** The dispatcher's log: lines of text, or on request JSON for whatever collects logs. */
import { type Clock, systemClock } from '../clock.ts';
import { redact } from '../redact.ts';
import type { Logger } from './stats.ts';

/** What the host's `--log` takes; AWS Lambda's log formats are Text and JSON, too. */
export const logFormats = ['text', 'json'] as const;
/** `text` is the message alone, without time or level. */
export type LogFormat = (typeof logFormats)[number];

type Output = Readonly<{ write(text: string): unknown }>;

/** Without logins and e-mail addresses: what a function throws, or a broker answers, may quote some. */
export const redacting = ({ info, warn, error }: Logger): Logger => ({
  info: (message) => info(redact(message)),
  warn: (message) => warn(redact(message)),
  error: (message) => error(redact(message)),
});

/**
 * What informs goes to standard output, warnings and errors to standard error, a line each.
 * @param format json: `{ timestamp, level, message }` with AWS's levels INFO, WARN and ERROR, the timestamp as ISO 8601
 */
export function lineLog(
  format: LogFormat,
  { stdout, stderr }: Readonly<{ stdout: Output; stderr: Output }>,
  clock: Clock = systemClock,
): Logger {
  const timestamp = () => new Date(clock.now()).toISOString();
  const to = (output: Output, level: 'INFO' | 'WARN' | 'ERROR') => (message: string) => {
    const line = format === 'json' ? JSON.stringify({ timestamp: timestamp(), level, message }) : message;
    output.write(`${line}\n`);
  };
  return redacting({ info: to(stdout, 'INFO'), warn: to(stderr, 'WARN'), error: to(stderr, 'ERROR') });
}
