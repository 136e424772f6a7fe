/** What can be simulated. */
import { namesOf } from '../../infra/namesOf.ts';

/** `records`: how many were put in. `hash`: of all that came of it. */
type Result = Readonly<{ hash: string; records: number; disturbances: number; failure: string | undefined }>;

type Simulation = Readonly<{ simulateSeed(seed: number): Promise<Result>; storyOf(seed: number): Promise<string> }>;

const simulations = {
  dispatcher: { records: 'records', load: (): Promise<Simulation> => import('./dispatcher/simulate.ts') },
  pipeline: { records: 'orders', load: (): Promise<Simulation> => import('./pipeline/simulate.ts') },
} as const;

export type SimulationName = keyof typeof simulations;
export const simulationNames = namesOf(simulations);
/** `records`: what it calls those. */
export const simulation = (name: SimulationName) => simulations[name];
