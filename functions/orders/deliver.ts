/** The parcel is handed to the customer. */
import { transitionFunction } from './transition.ts';

export const handler = transitionFunction('deliver');
