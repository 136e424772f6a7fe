/** The order is closed after its delivery. */
import { transitionFunction } from './transition.ts';

export const handler = transitionFunction('complete');
