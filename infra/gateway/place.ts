/** Turns what a client asks for into the order that the shop takes. */
import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { between, chance } from '../../functions/orders/chance.ts';
import { languages } from '../../functions/orders/lifecycle.ts';
import { detailsSchema, type Order, runSchema } from '../../functions/orders/records.ts';
import type { Settings } from '../../functions/settings.ts';
import { plainText } from '../../functions/text.ts';
import type { Clock } from '../clock.ts';
import { Refusal } from './refusal.ts';

const wishSchema = detailsSchema.extend(runSchema.shape).extend({
  language: z.enum(languages),
  /** The same key names the same order; empty: a new order each time. */
  key: plainText(128),
});

/** What a client may ask for, before it is checked. */
export type Wish = z.input<typeof wishSchema>;

/** How the client's protocol calls each part of a wish. */
export type FieldNames = Readonly<Partial<Record<keyof Wish, string>>>;

/** The estimated delivery is drawn from the range `estimate` (seconds) by `seed` and the order's id. */
type Shop = Readonly<{ settings: Pick<Settings, 'estimate' | 'seed'>; clock: Clock }>;

/** In which trace (32 hexadecimal digits), and by whom, it is placed; `secret` is what ids are made with from keys. */
type Origin = Readonly<{ traceId: string; owner: string; secret: string }>;

/**
 * @throws Refusal INVALID_ARGUMENT that names each field at fault as the client knows it
 */
export function place(wish: Wish, names: FieldNames, origin: Origin, { settings, clock }: Shop): Order {
  const { traceId, owner, secret } = origin;
  const read = wishSchema.safeParse(wish);
  if (!read.success) throw new Refusal('invalid', read.error.issues.map((issue) => fault(issue, names)).join('; '));
  const { key, ...asked } = read.data;
  const orderId = key ? idFromKey(secret, owner, key) : clock.uuid();
  const placedAt = clock.now();
  const seconds = between(settings.estimate, chance(settings.seed, 'estimate', orderId)) / asked.clock;
  return {
    ...asked,
    orderId,
    placedAt,
    estimatedAt: Math.round(placedAt + seconds * 1000),
    traceId,
    ...(owner && { owner }),
  };
}

/** A UUID of version 8 (an application's own) for an owner's idempotency key, which nobody can foresee without the secret. */
export function idFromKey(secret: string, owner: string, key: string): string {
  const digest = createHmac('sha256', secret).update(`${owner}\0${key}`).digest();
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x80, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = digest.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}

type Issue = z.core.$ZodIssue;

/** One sentence for one field; it never repeats what the field held, which may be personal. */
function fault(issue: Issue, names: FieldNames): string {
  const field = issue.path[0] as keyof Wish;
  return `${names[field] ?? field} ${rule(issue)}`;
}

function rule(issue: Issue): string {
  if (issue.code === 'too_small') {
    if (issue.origin === 'string') return 'must not be empty';
    return `must be ${issue.inclusive ? 'at least' : 'greater than'} ${issue.minimum}`;
  }
  if (issue.code === 'too_big') {
    return issue.origin === 'string'
      ? `must not be longer than ${issue.maximum} characters`
      : `must not exceed ${issue.maximum}`;
  }
  if (issue.code === 'invalid_format') return 'must be an e-mail address like ana@example.com';
  if (issue.code === 'invalid_value') return `must be one of ${issue.values.join(', ')}, or empty`;
  if (issue.code === 'custom') return issue.message;
  return 'must be a finite number';
}
