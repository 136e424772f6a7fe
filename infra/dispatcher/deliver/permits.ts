/** How many invocations of a mapping may run at once. A waiting retry goes before new work. */
export class Permits {
  readonly #size: number;
  readonly #waiting: (() => void)[] = [];
  readonly #idle: (() => void)[] = [];
  #free: PromiseWithResolvers<void> | undefined;
  #wanted: (() => void) | undefined;
  #used = 0;
  #held = false;

  constructor(size: number) {
    this.#size = size;
  }

  tryAcquire(): boolean {
    if (this.#held || this.#used === this.#size) return false;
    this.#used++;
    return true;
  }

  async acquire(): Promise<void> {
    if (!this.tryAcquire()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Calls once, when a permit is free and no retry wants it. Takes the place of what was to be called before. */
  whenFree(call: () => void): void {
    this.#wanted = call;
  }

  release(): void {
    this.#used--;
    this.#free?.resolve();
    this.#free = undefined;
    if (this.#used === 0) for (const tell of this.#idle.splice(0)) tell();
    this.#grant();
  }

  /** Gives out no permit until it is resumed, not to retries either. */
  hold(): void {
    this.#held = true;
  }

  resume(): void {
    this.#held = false;
    this.#grant();
  }

  /** Resolves when not all permits are in use: the same for all who wait, for most of them wait no longer than a moment. */
  free(): Promise<void> {
    if (this.#used < this.#size) return Promise.resolve();
    this.#free ??= Promise.withResolvers();
    return this.#free.promise;
  }

  /** Resolves when no permit is in use. */
  idle(): Promise<void> {
    if (this.#used === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #grant(): void {
    while (this.#waiting.length > 0 && this.tryAcquire()) this.#waiting.shift()?.();
    if (this.#held || this.#used === this.#size) return;
    const call = this.#wanted;
    this.#wanted = undefined;
    call?.();
  }
}

/** The permit of one batch; it has one when it starts. */
export class Permit {
  readonly #permits: Permits;
  #held = true;

  constructor(permits: Permits) {
    this.#permits = permits;
  }

  get held(): boolean {
    return this.#held;
  }

  async take(): Promise<void> {
    if (!this.#held) await this.#permits.acquire();
    this.#held = true;
  }

  leave(): void {
    if (this.#held) this.#permits.release();
    this.#held = false;
  }
}
