import { z } from 'zod';
import { storeNames, stores } from '../../functions/messages/targets.ts';
import { up } from '../engines/up.ts';
import { messageOf } from '../faults.ts';

const orderSchema = z.strictObject({
  kind: z.literal('start'),
  engine: z.enum(storeNames.map((name) => stores[name].engine)),
});
/** `start` is answered by `answer`, before the next. */
export type StarterOrder = z.infer<typeof orderSchema> | Readonly<{ kind: 'stop' }>;

export type StarterNews =
  /** What is done meanwhile, for the person who waits. */
  | Readonly<{ kind: 'line'; text: string }>
  /** The variables that tell a process where it is, and what it asks for; or why it is not up. */
  | Readonly<{ kind: 'answer'; tells: Readonly<Record<string, string>>; fault?: string }>;

/** @throws ZodError for whatever is no order to start a store of the lab */
export async function startEngine(given: unknown, tell: (news: StarterNews) => void): Promise<void> {
  const { engine } = orderSchema.parse(given);
  try {
    const [ready] = await up([engine], { progress: (text) => tell({ kind: 'line', text }) });
    tell({ kind: 'answer', tells: ready?.tells ?? {} });
  } catch (error) {
    tell({ kind: 'answer', tells: {}, fault: messageOf(error) });
  }
}
