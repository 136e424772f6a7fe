/**
 * Every delivery, repeats included. Memory holds one number per letter, whatever the mailbox's size. Letters are
 * written to the operating system, not forced to the disk: they survive the death of the process, not of the machine.
 */
import { decodeWords } from 'postal-mime';
import { spelling } from '../../functions/text.ts';
import { systemClock } from '../clock.ts';
import { type Envelope, readEnvelope } from './envelope.ts';
import {
  blankLetters,
  isBlank,
  type LetterFiles,
  type Line,
  openLetterFiles,
  parseLine,
  readLines,
  writeLetters,
} from './letterFiles.ts';

/** What is not given narrows nothing; `run` and `order` are compared as a whole. The newest has the largest id. */
export type Search = Readonly<{
  run?: string | undefined;
  order?: string | undefined;
  /** Deliveries at or after this moment, milliseconds since 1970. */
  since?: number | undefined;
  /** Deliveries with a smaller id. */
  before?: number | undefined;
  sort: 'newest' | 'oldest';
}>;

type Waiting = Readonly<{ letter: Buffer; at: number; kept: () => void }>;

/** As many lines as are read at once when searching. */
const blockLines = 2000;

/** What a To header names: an address, or a name and an address in angle brackets. */
export const recipientOf = (to: string): string =>
  spelling(/<([^<>]*)>\s*$/.exec(decodeWords(to))?.[1] ?? decodeWords(to));

/** Only one process may have a folder open: where the next letter begins is held in memory. */
export class Mailbox {
  readonly #folder: string;
  readonly #files: LetterFiles;
  #end: number;
  #waiting: Waiting[] = [];

  private constructor(folder: string, files: LetterFiles, end: number) {
    this.#folder = folder;
    this.#files = files;
    this.#end = end;
  }

  static async open(folder: string): Promise<Mailbox> {
    const { files, end } = await openLetterFiles(folder);
    return new Mailbox(folder, files, end);
  }

  /** Deliveries kept. */
  get size(): number {
    return this.#files.starts.length - 1;
  }

  /** Resolves when the letter and its line are written, together with all that arrived in this turn. */
  keep(letter: Buffer): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const count = this.#waiting.push({ letter, at: systemClock.now(), kept: resolve });
    if (count === 1) setImmediate(() => this.#writeWaiting());
    return promise;
  }

  /** A mailbox that cannot write must not go on: the error ends the process, and its senders know nothing was kept. */
  #writeWaiting(): void {
    const batch = this.#waiting;
    if (batch.length === 0) return;
    this.#waiting = [];
    const lines: Line[] = [];
    for (const { letter, at } of batch) {
      lines.push({ ...readEnvelope(letter, this.size + lines.length + 1, at), offset: this.#end });
      this.#end += letter.length;
    }
    const letters = batch.map(({ letter }) => letter);
    writeLetters(this.#files, letters, lines);
    for (const { kept } of batch) kept();
  }

  async *find(search: Search): AsyncGenerator<Envelope> {
    const oldestFirst = search.sort === 'oldest';
    const wanted = (['run', 'order'] as const).flatMap((field) =>
      search[field] === undefined ? [] : [`"${field}":${JSON.stringify(search[field])}`],
    );
    const all = Math.min(this.size, (search.before ?? Number.POSITIVE_INFINITY) - 1);
    for (let done = 0; done < all; done += blockLines) {
      const count = Math.min(blockLines, all - done);
      const first = oldestFirst ? done : all - done - count;
      const lines = await readLines(this.#files, first, first + count);
      for (const text of oldestFirst ? lines : lines.reverse()) {
        if (!wanted.every((part) => text.includes(part))) continue;
        const { offset: _, ...envelope } = parseLine(text);
        if (envelope.at >= (search.since ?? 0)) yield envelope;
        else if (!oldestFirst) return;
      }
    }
  }

  /** The whole letter as received; undefined for an id that was never given. */
  async letter(id: number): Promise<Buffer | undefined> {
    if (!Number.isInteger(id) || id < 1 || id > this.size) return undefined;
    const [text = ''] = await readLines(this.#files, id - 1, id);
    const { offset, size } = parseLine(text);
    return (await this.#files.letters.read(Buffer.alloc(size), 0, size, offset)).buffer;
  }

  /** Blanks every letter to an address, however it is spelt. @returns how many */
  forget(address: string): Promise<number> {
    const wanted = spelling(address);
    return this.#blank(({ to }) => recipientOf(to) === wanted);
  }

  /** Blanks every letter that came before this moment, milliseconds since 1970. @returns how many */
  expire(before: number): Promise<number> {
    return this.#blank(({ at }, text) => at < before && !isBlank(text));
  }

  async #blank(isWanted: (line: Line, text: string) => boolean): Promise<number> {
    let blanked = 0;
    for (let first = 0; first < this.size; first += blockLines) {
      const texts = await readLines(this.#files, first, Math.min(first + blockLines, this.size));
      const wanted = texts.flatMap((text) => {
        const line = parseLine(text);
        return isWanted(line, text) ? [line] : [];
      });
      await blankLetters(this.#folder, this.#files, wanted);
      blanked += wanted.length;
    }
    return blanked;
  }

  async close(): Promise<void> {
    this.#writeWaiting();
    await Promise.all([this.#files.letters.close(), this.#files.index.close()]);
  }
}
