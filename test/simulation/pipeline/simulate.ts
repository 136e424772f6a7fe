import { Random } from '../../../infra/simulation/random.ts';
import { fewest } from '../shrink.ts';
import { type Result, type Scenario, World } from './world.ts';

// What the functions tell of each fault that befalls them.
console.warn = console.error = () => undefined;

const simulate = (scenario: Scenario): Promise<Result> => new World(scenario).run();

export const simulateSeed = (seed: number): Promise<Result> => simulate(scenarioOf(seed, new Random(seed)));

function scenarioOf(seed: number, random: Random): Scenario {
  return {
    seed,
    orders: random.one([5, 20, 100]),
    rate: random.one([0, 0.01, 0.03, 0.1]),
    setback: random.one([0, 0.3]),
    waits: random.one(['3-5,4-6,5-7,6-8', '0-1,0-1,0-1,0-1', '0-0,0-0,0-0,0-0']),
    cancels: random.one([0, 0.3]),
  };
}

/** What went wrong, with as few faults as still bring it about. */
export async function storyOf(seed: number): Promise<string> {
  const whole = scenarioOf(seed, new Random(seed));
  const { failure, faults } = await simulate(whole);
  // The same kind of thing must go wrong, of whichever order.
  const kind = (text: string | undefined) => text?.split(':')[0];
  const fails = async (only: readonly number[]) => kind((await simulate({ ...whole, only })).failure) === kind(failure);
  const calls = await fewest(
    faults.map(({ call }) => call),
    fails,
    60,
  );
  const shortest = await simulate({ ...whole, only: calls });
  return [
    `seed ${seed}: ${shortest.failure ?? failure}`,
    `  ${JSON.stringify(whole)}`,
    ...shortest.faults.map(({ at, what, kind: how }) => `  ${new Date(at).toISOString()} ${what}: ${how}`),
    `npm run simulate -- pipeline --seed ${seed}`,
  ].join('\n');
}
