/**
 * What stays root's of a system that has let go of root: starts the stores of the lab when a run wants them. Whoever takes
 * the system over can give it their names, and nothing else: no argument, no address, no file.
 */
import { z } from 'zod';
import { storeNames, stores } from '../../functions/messages/targets.ts';
import { up } from '../engines/up.ts';
import { messageOf } from '../faults.ts';
import { obey } from '../processes/obey.ts';

const orderSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('start'), engine: z.enum(storeNames.map((name) => stores[name].engine)) }),
  z.strictObject({ kind: z.literal('stop') }),
]);
/** `start` is answered by `answer`, before the next. */
export type StarterOrder = z.infer<typeof orderSchema>;

export type StarterNews =
  /** What is done meanwhile, for the person who waits. */
  | Readonly<{ kind: 'line'; text: string }>
  /** The variables that tell a process where it is, and what it asks for; or why it is not up. */
  | Readonly<{ kind: 'answer'; tells: Readonly<Record<string, string>>; fault?: string }>;

obey<unknown, StarterNews>(async (given, tell) => {
  const order = orderSchema.parse(given);
  if (order.kind === 'stop') return process.disconnect?.();
  try {
    const [ready] = await up([order.engine], { progress: (text) => tell({ kind: 'line', text }) });
    tell({ kind: 'answer', tells: ready?.tells ?? {} });
  } catch (error) {
    tell({ kind: 'answer', tells: {}, fault: messageOf(error) });
  }
});
