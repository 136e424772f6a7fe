/**
 * What stays root's of a system that has let go of root: starts the stores of the lab when a run wants them. Whoever takes
 * the system over can give it their names, and nothing else: no argument, no address, no file.
 */
import { obey } from '../processes/obey.ts';
import type { StarterNews, StarterOrder } from './engineOrder.ts';

obey<StarterOrder, StarterNews>(async (given, tell) => {
  if (given.kind === 'stop') return process.disconnect?.();
  // The engines' code is 30 MB, for as long as the system lives, and most systems never want it here.
  const { startEngine } = await import('./engineOrder.ts');
  await startEngine(given, tell);
});
