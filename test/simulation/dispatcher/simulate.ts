import { Random } from '../../../infra/simulation/random.ts';
import { scenarioOf } from './draw.ts';
import type { Scenario } from './scenario.ts';
import { shrink } from './shrink.ts';
import { type Result, World } from './world.ts';

export const simulate = (scenario: Scenario): Promise<Result> => new World(scenario).run();

export const simulateSeed = (seed: number): Promise<Result> => simulate(scenarioOf(seed, new Random(seed)));

/** What went wrong, as short as it can be told: what happened, and what the dispatchers said. */
export async function storyOf(seed: number): Promise<string> {
  const whole = scenarioOf(seed, new Random(seed));
  const { failure } = await simulate(whole);
  // The same thing must go wrong: the text names records, whose numbers change.
  const kind = (text: string | undefined) => text?.replace(/\d+/g, '#').slice(0, 60);
  const smallest = await shrink(whole, async (scenario) => kind((await simulate(scenario)).failure) === kind(failure));
  const { failure: says, story } = await simulate(smallest);
  const { actions, setting, ...rest } = smallest;
  return [
    `seed ${seed}: ${says ?? failure}`,
    `  ${JSON.stringify({ ...rest, ...setting })}`,
    ...actions
      .filter(([, action]) => action.kind === 'append')
      .map(([at, action]) => `  at ${at} ms ${JSON.stringify(action)}`),
    ...story.slice(-60).map((line) => `  ${line.slice(0, 300)}`),
    `npm run simulate -- dispatcher --seed ${seed}`,
  ].join('\n');
}
