/** The customer calls the order off, as long as it has not been shipped. */
import { transitionFunction } from './transition.ts';

/**
 * Takes requests from `orders.cancel`, which name no version. One that comes too late counts as ignored.
 * @throws when Redis or Kafka is away; the batch is then delivered again
 */
export const handler = transitionFunction('cancel');
