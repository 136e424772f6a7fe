/** The parcel is handed to the customer. */
import { transitionFunction } from './transition.ts';

/**
 * Takes timed Calls from `orders.deliver`. Its document tells real and estimated delivery, in seconds of its clock.
 * @throws when Redis or Kafka is away; the batch is then delivered again
 */
export const handler = transitionFunction('deliver');
