import { z } from 'zod';
import { kindNames } from '../messages/message.ts';
import { targetNames } from '../messages/targets.ts';

/** A measured run of the message lab. With a rate it produces and consumes at once, else one after the other. */
export const labSchema = z.strictObject({
  message: z.enum(kindNames),
  target: z.enum(targetNames),
  count: z.number().int().positive().max(10_000_000),
  rate: z.number().positive().max(1_000_000).optional(),
});
/** `count` is in messages, `rate` in messages a second. */
export type LabRequest = z.infer<typeof labSchema>;
