/** Every planted fault, with the simulation that is to find it. */
import type { SimulationName } from '../simulations.ts';
import { faults as dispatcherFaults } from './faults.ts';
import { pipelineFaults } from './pipelineFaults.ts';
import type { PlantedFault } from './planted.ts';

const within = (simulation: SimulationName, faults: readonly PlantedFault[]) =>
  faults.map((fault) => ({ ...fault, simulation }));

export const faults = [...within('dispatcher', dispatcherFaults), ...within('pipeline', pipelineFaults)];
