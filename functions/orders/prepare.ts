/** The warehouse takes the order from the shelves. */
import { transitionFunction } from './transition.ts';

export const handler = transitionFunction('prepare');
