import { z } from 'zod';
import type { Document } from '../runtime/ports.ts';
import { type Body, type Index, indexNames } from './fields.ts';

/** A record of the topic of documents. */
export const documentSchema = z.strictObject({
  index: z.enum(indexNames),
  id: z.string().min(1).max(512),
  body: z.record(z.string(), z.unknown()),
});

/** ISO 8601, of ms since 1970. */
export const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** ECS counts durations in nanoseconds. */
export const nanoseconds = (milliseconds: number): number => Math.round(milliseconds * 1e6);

/** A document as the port takes it; fields without a value are left out. */
export function document<I extends Index>(index: I, id: string, body: Body<I>): Document {
  return { index, id, body: Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) };
}
