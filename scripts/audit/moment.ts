/** A moment as a person writes it. */
import { z } from 'zod';
import { systemClock } from '../../infra/clock.ts';

/** What it can be, for `--help`. */
export const moments = 'like 2026-01-02T03:04:05Z, or 10m for ten minutes ago (s, m, h, d)';

const milliseconds = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const ago = /^(\d+(?:\.\d+)?)([smhd])$/;
/** Without an hour a date is a day in the world's time; without a zone a person means his own. */
const written = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?$/;

/** Of the text that was given, in ms since 1970. */
export const momentSchema = z.string().transform((text, context) => {
  const [, count, unit] = ago.exec(text.trim()) ?? [];
  const moment = unit
    ? systemClock.now() - Number(count) * milliseconds[unit as keyof typeof milliseconds]
    : written.test(text.trim())
      ? Date.parse(text.trim())
      : Number.NaN;
  if (!Number.isNaN(moment)) return Math.round(moment);
  context.addIssue({ code: 'custom', message: `is no moment: "${text}"; one is ${moments}` });
  return z.NEVER;
});
