/** The order came in: it is processed, and its life begins. */
import { transitionFunction } from './transition.ts';

export const handler = transitionFunction('process');
