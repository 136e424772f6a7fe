/** A delivery failed: the parcel goes back to the warehouse, one state back. */
import { transitionFunction } from './transition.ts';

export const handler = transitionFunction('setback');
