import { z } from 'zod';
import { storeNames, stores } from '../../functions/messages/targets.ts';
import { up } from '../engines/up.ts';
import { messageOf } from '../faults.ts';

const orderSchema = z.strictObject({
  kind: z.literal('start'),
  engine: z.enum(storeNames.map((name) => stores[name].engine)),
});

/** The variables that tell a process where the engine is, and what it asks for; or why it is not up. */
export type Answered = Readonly<{ tells: Readonly<Record<string, string>>; fault?: string }>;

/** @throws ZodError for whatever is no order to start a store of the lab */
export async function startEngine(given: unknown, progress: (text: string) => void): Promise<Answered> {
  const { engine } = orderSchema.parse(given);
  try {
    const [ready] = await up([engine], { progress });
    return { tells: ready?.tells ?? {} };
  } catch (error) {
    return { tells: {}, fault: messageOf(error) };
  }
}
