import { join } from 'node:path';
import type { StartEngine } from '../console/jobs.ts';
import { EngineFault } from '../engines/engine.ts';
import { Child } from '../processes/child.ts';
import type { StarterNews, StarterOrder } from './engineStarter.ts';

/** Starts the lab's stores as whoever made it, whatever its process has become since. It ends with its process. */
export type Starter = Readonly<{ start: StartEngine; end(): Promise<void> }>;

/** `start` throws EngineFault that says why the engine is not up. */
export function keepStarter(): Starter {
  const program = join(import.meta.dirname, 'engineStarter.ts');
  const child = new Child<StarterOrder, StarterNews>(program, { title: 'What starts the stores of the lab' });
  let tell = (_line: string): void => undefined;
  child.on('line', ({ text }) => tell(text));
  let last: Promise<unknown> = Promise.resolve();
  async function ask(engine: string, say: (line: string) => void) {
    tell = say;
    const answer = child.hear('answer');
    child.tell({ kind: 'start', engine });
    const { tells, fault } = await answer;
    if (fault) throw new EngineFault(fault);
    return tells;
  }
  return {
    start(engine, say) {
      const started = last.then(() => ask(engine, say));
      last = started.catch(() => undefined);
      return started;
    },
    end: () => child.stop({ kind: 'stop' }),
  };
}
