/** Simulates the seeds that its parent names, one after another. */
import { mayWorkFor } from './diligence.ts';
import { type SimulationName, simulation } from './simulations.ts';

export type Order = Readonly<{ name: SimulationName; seed: number; story?: boolean }>;
export type Done = Readonly<{
  seed: number;
  hash: string;
  records: number;
  disturbances: number;
  failure: string | undefined;
  story: string | undefined;
}>;

/** Seconds of work after which a seed hangs, and has failed; and those for its story, for which it is run again and again. */
const patience = { seed: 120, story: 300 } as const;

async function obey({ name, seed, story = false }: Order): Promise<void> {
  mayWorkFor(story ? patience.story : patience.seed);
  const { simulateSeed, storyOf } = await simulation(name).load();
  const { hash, records, disturbances, failure } = await simulateSeed(seed);
  const told = story && failure !== undefined ? await storyOf(seed) : undefined;
  process.send?.({ seed, hash, records, disturbances, failure, story: told } satisfies Done);
}

process.on('message', (order: Order) => void obey(order));
process.on('disconnect', () => process.exit());
