import { type FSWatcher, watch } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock, Timer } from '../../clock.ts';
import type { Logger } from '../stats.ts';
import type { Invoker, LocalInvoker } from './invoker.ts';

/** Milliseconds without a further change: an editor writes in several steps, a build many files. */
const quiet = 100;

/** Tells when some of its files have changed. Folders are watched, since editors put a new file in the old one's place. */
class ModuleWatch {
  readonly #clock: Clock;
  readonly #onChange: (files: ReadonlySet<string>) => void;
  readonly #onFault: (error: unknown) => void;
  readonly #folders = new Map<string, { names: Set<string>; watcher?: FSWatcher }>();
  #changed = new Set<string>();
  #timer: Timer | undefined;

  /** @param onChange called with the files that changed, when no other did for a while */
  constructor(clock: Clock, onChange: (files: ReadonlySet<string>) => void, onFault: (error: unknown) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#onFault = onFault;
  }

  readonly add = (file: string): void => {
    const path = dirname(file);
    const known = this.#folders.get(path);
    if (known) {
      known.names.add(basename(file));
      return;
    }
    const names = new Set([basename(file)]);
    const folder: { names: Set<string>; watcher?: FSWatcher } = { names };
    this.#folders.set(path, folder);
    try {
      folder.watcher = watch(path, { persistent: false }, (_, name) => {
        if (name !== null && names.has(name)) this.#note(join(path, name));
      }).on('error', this.#onFault);
    } catch (error) {
      this.#onFault(error);
    }
  };

  #note(file: string): void {
    this.#changed.add(file);
    this.#timer?.cancel();
    this.#timer = this.#clock.after(quiet, () => {
      const files = this.#changed;
      this.#changed = new Set();
      this.#onChange(files);
    });
  }

  close(): void {
    this.#timer?.cancel();
    for (const { watcher } of this.#folders.values()) watcher?.close();
    this.#folders.clear();
  }
}

/**
 * An invoker whose functions are loaded anew, once, when a module of theirs has changed.
 * @param make of it, given what hears of the modules that workers read
 */
export function reloading(make: (onFile: (file: string) => void) => LocalInvoker, clock: Clock, log: Logger): Invoker {
  const changed = (files: ReadonlySet<string>) => {
    log.info(`dispatcher: loads functions anew, since ${[...files].join(', ')} has changed`);
    invoker.renew(files);
  };
  const watching = new ModuleWatch(clock, changed, (error) => log.warn(`dispatcher: changes are not seen: ${error}`));
  const invoker = make(watching.add);
  return {
    warm: invoker.warm,
    invoke: invoker.invoke,
    async close() {
      watching.close();
      await invoker.close();
    },
  };
}
