/**
 * What stays root's of a system that has let go of root: starts the stores of the lab when a run wants them. Whoever takes
 * the system over can give it their names, and nothing else: no argument, no address, no file.
 */
import { obey } from '../processes/obey.ts';
import type { Answered } from './engineOrder.ts';

/** `engine` is a store of the lab's. `start` is answered by `answer`, before the next. */
export type StarterOrder = Readonly<{ kind: 'start'; engine: string }> | Readonly<{ kind: 'stop' }>;

/** `line`: what is done meanwhile, for the person who waits. */
export type StarterNews = Readonly<{ kind: 'line'; text: string }> | (Readonly<{ kind: 'answer' }> & Answered);

obey<StarterOrder, StarterNews>(async (given, tell) => {
  if (given.kind === 'stop') return process.disconnect?.();
  // The engines' code is 30 MB, for as long as the system lives, and most systems never want it here.
  const { startEngine } = await import('./engineOrder.ts');
  tell({ kind: 'answer', ...(await startEngine(given, (text) => tell({ kind: 'line', text }))) });
});
