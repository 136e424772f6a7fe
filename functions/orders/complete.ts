/** The order is closed after its delivery. */
import { transitionFunction } from './transition.ts';

/**
 * Takes timed Calls from `orders.complete`. Redis forgets the order DESPACHO_KEEP_FINISHED hours later.
 * @throws when Redis or Kafka is away; the batch is then delivered again
 */
export const handler = transitionFunction('complete');
