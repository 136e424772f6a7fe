/** A delivery failed: the parcel goes back to the warehouse, one state back. */
import { transitionFunction } from './transition.ts';

/**
 * Takes timed Calls from `orders.setback`. The order is in `preparing` again, and its document counts as a failure.
 * @throws when Redis or Kafka is away; the batch is then delivered again
 */
export const handler = transitionFunction('setback');
