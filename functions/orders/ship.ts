/** The parcel leaves the warehouse. */
import { transitionFunction } from './transition.ts';

export const handler = transitionFunction('ship');
