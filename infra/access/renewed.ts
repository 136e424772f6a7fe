/** What lies in files and is put anew there while the gateway runs: certificates, keys. */
import { readFileSync } from 'node:fs';
import type { Clock, Timer } from '../clock.ts';
import { messageOf } from '../faults.ts';

/** A file may take so many ms to be seen. */
const lookEvery = 5000;

/** Reads files again when one of them has changed. What cannot be used is told, and the last that could be stays. */
export class Renewed<T> {
  readonly #files: readonly string[];
  readonly #read: () => T;
  readonly #listeners = new Set<(value: T) => void>();
  readonly #timer: Timer;
  #seen: string;
  #value: T;

  /** @throws what `read` throws the first time */
  constructor(files: readonly string[], read: () => T, { clock, log }: { clock: Clock; log(line: string): void }) {
    this.#files = files;
    this.#read = read;
    // In this order: what is put there meanwhile is seen at the next look.
    this.#seen = this.#contents();
    this.#value = read();
    this.#timer = clock.every(lookEvery, () => this.#look(log));
  }

  get value(): T {
    return this.#value;
  }

  /** Tells the value in a moment, and whenever it has changed. */
  add(listener: (value: T) => void): void {
    this.#listeners.add(listener);
    queueMicrotask(() => listener(this.#value));
  }

  remove(listener: (value: T) => void): void {
    this.#listeners.delete(listener);
  }

  close(): void {
    this.#timer.cancel();
  }

  #contents = (): string => this.#files.map((file) => readFileSync(file, 'latin1')).join('\0');

  #look(log: (line: string) => void): void {
    try {
      const contents = this.#contents();
      if (contents === this.#seen) return;
      this.#value = this.#read();
      this.#seen = contents;
      log(`${this.#files.join(', ')}: read anew`);
      for (const listener of this.#listeners) listener(this.#value);
    } catch (error) {
      log(`What was read before stays in use: ${messageOf(error)}`);
    }
  }
}
