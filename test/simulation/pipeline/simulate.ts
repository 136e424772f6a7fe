import { Random } from '../../../infra/simulation/random.ts';
import { fewest } from '../shrink.ts';
import { scenarioOf } from './draw.ts';
import type { Result, Scenario } from './scenario.ts';
import { World } from './world.ts';

// What the functions tell of each fault that befalls them.
console.warn = console.error = () => undefined;

/** Runs of a smaller scenario, at most, for each of its two kinds of faults. */
const mostTries = 60;

const simulate = (scenario: Scenario): Promise<Result> => new World(scenario).run();

export const simulateSeed = (seed: number): Promise<Result> => simulate(scenarioOf(seed, new Random(seed)));

/** The same kind of thing must go wrong, of whichever order. */
const kindOf = ({ failure }: Result) => failure?.split(':')[0]?.replace(/\d+/g, '#');

/** With as few of what happens, and of the calls that go wrong, as still bring it about. */
async function shrink(whole: Scenario): Promise<Scenario> {
  const first = await simulate(whole);
  const fails = async (scenario: Scenario) => kindOf(await simulate(scenario)) === kindOf(first);
  const actions = await fewest(whole.actions, (some) => fails({ ...whole, actions: some }), mostTries);
  const calmer = { ...whole, actions };
  const calls = (await simulate(calmer)).faults.map(({ call }) => call);
  return { ...calmer, only: await fewest(calls, (only) => fails({ ...calmer, only }), mostTries) };
}

/** What went wrong, as short as it can be told. */
export async function storyOf(seed: number): Promise<string> {
  const smallest = await shrink(scenarioOf(seed, new Random(seed)));
  const { failure, faults, story } = await simulate(smallest);
  return [
    `seed ${seed}: ${failure}`,
    `  ${JSON.stringify(smallest)}`,
    ...faults.map(({ at, what, kind }) => `  ${new Date(at).toISOString()} ${what}: ${kind}`),
    ...story.map((line) => `  ${line.slice(0, 300)}`),
    `npm run simulate -- pipeline --seed ${seed}`,
  ].join('\n');
}
