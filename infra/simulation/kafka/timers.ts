/** The timers of a cluster, so that none outlives it. They are the global ones: real, or those of virtual time. */
export class Timers {
  readonly #pending = new Set<NodeJS.Timeout>();

  /** @returns what cancels it */
  after(milliseconds: number, run: () => void): () => void {
    const timer = setTimeout(() => {
      this.#pending.delete(timer);
      run();
    }, milliseconds);
    this.#pending.add(timer);
    return () => {
      clearTimeout(timer);
      this.#pending.delete(timer);
    };
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }

  clear(): void {
    for (const timer of this.#pending) clearTimeout(timer);
    this.#pending.clear();
  }
}
