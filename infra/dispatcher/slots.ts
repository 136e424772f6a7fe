/** How many invocations of a mapping may run at once. A waiting retry goes before new work. */
export class Slots {
  readonly #waiting: (() => void)[] = [];
  #free: number;
  readonly size: number;
  /** Called when a slot is free and no retry wants it. */
  onFree: () => void = () => undefined;

  constructor(size: number) {
    this.size = size;
    this.#free = size;
  }

  get used(): number {
    return this.size - this.#free;
  }

  tryAcquire(): boolean {
    if (this.#free === 0) return false;
    this.#free--;
    return true;
  }

  async acquire(): Promise<void> {
    if (!this.tryAcquire()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next) {
      next();
      return;
    }
    this.#free++;
    this.onFree();
  }
}
