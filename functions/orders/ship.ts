/** The parcel leaves the warehouse. */
import { transitionFunction } from './transition.ts';

/**
 * Takes timed Calls from `orders.ship`. The step arms `deliver` or, with the probability DESPACHO_SETBACK, `setback`.
 * @throws when Redis or Kafka is away; the batch is then delivered again
 */
export const handler = transitionFunction('ship');
