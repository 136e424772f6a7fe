/** Entries in the order of their offsets, of which the first unfinished one is looked for again and again. */
export class Line<Entry> {
  readonly #entries: Entry[] = [];
  #head = 0;

  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  first(isFinished: (entry: Entry) => boolean): Entry | undefined {
    for (let entry = this.#entries[this.#head]; entry; entry = this.#entries[++this.#head]) {
      if (!isFinished(entry)) return entry;
    }
    return undefined;
  }
}
