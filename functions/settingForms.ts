/** How settings are written that are no plain text. */
import { z } from 'zod';
import { nodeAddresses } from '../infra/access/nodes.ts';
import { brokerList } from '../infra/kafkajs/brokerList.ts';
import { usualWaits, waitingStates } from './orders/lifecycle.ts';

/** Seconds, as `3-5` or `4`. */
export const range = z.string().transform((text, context) => {
  const [low = Number.NaN, high = low] = text.split('-', 2).map(Number);
  if (!/^[\d.]+(-[\d.]+)?$/.test(text) || !(high >= low)) {
    context.addIssue({ code: 'custom', message: `"${text}" is not a range of seconds like 3-5` });
    return z.NEVER;
  }
  return { low, high };
});

/** One for each state that is left. */
export const ranges = z
  .string()
  .transform((text) => text.split(','))
  .pipe(
    z
      .array(range)
      .min(waitingStates.length, `needs a range for each of ${waitingStates.join(', ')}, like ${usualWaits}`)
      .max(waitingStates.length + 1, `takes a range for each of ${waitingStates.join(', ')}, like ${usualWaits}`),
  )
  // The published system names a fifth wait, of a state that nothing leaves: it is taken, and has no meaning.
  .transform((all) => all.slice(0, waitingStates.length));

/** An empty variable is no number, though JavaScript takes it for 0. */
export const number = z.string().regex(/\S/, 'is a number').transform(Number);

/** `host:port` */
export const hostAndPort = z.string().regex(/^[^\s,]+:\d+$/, 'is host:port');

/** `true` or `false` */
export const yesOrNo = z.enum(['true', 'false']).transform((value) => value === 'true');

/** With commas between them. */
export const brokers = z.string().transform(brokerList).pipe(z.array(hostAndPort));

/** An address of each node, with commas between them. */
export const nodeUrls = z
  .string()
  .transform(nodeAddresses)
  .pipe(z.array(z.url({ protocol: /^https?$/ })))
  .transform((nodes) => nodes.join());
