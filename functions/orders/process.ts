/** The order came in: it is processed, and its life begins. */
import { transitionFunction } from './transition.ts';

/**
 * Takes Orders from `orders.placed`. An order that Redis knows already is repeated as it was first placed.
 * @throws when Redis or Kafka is away; the batch is then delivered again
 */
export const handler = transitionFunction('process');
