/** The customer calls the order off, as long as it has not been shipped. */
import { transitionFunction } from './transition.ts';

export const handler = transitionFunction('cancel');
