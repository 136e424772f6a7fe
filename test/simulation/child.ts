/** Simulates the seeds that its parent names, one after another. */
import { simulateSeed, storyOf } from './dispatcher/simulate.ts';

export type Order = Readonly<{ seed: number; story?: boolean }>;
export type Done = Readonly<{
  seed: number;
  hash: string;
  records: number;
  disturbances: number;
  failure: string | undefined;
  story: string | undefined;
}>;

process.on('message', ({ seed, story = false }: Order) => {
  void simulateSeed(seed).then(async ({ hash, records, disturbances, failure }) => {
    const told = story && failure !== undefined ? await storyOf(seed) : undefined;
    process.send?.({ seed, hash, records, disturbances, failure, story: told } satisfies Done);
  });
});
process.on('disconnect', () => process.exit());
