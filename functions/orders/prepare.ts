/** The warehouse takes the order from the shelves. */
import { transitionFunction } from './transition.ts';

/**
 * Takes timed Calls from `orders.prepare`. One whose order was cancelled in the meantime counts as ignored.
 * @throws when Redis or Kafka is away; the batch is then delivered again
 */
export const handler = transitionFunction('prepare');
