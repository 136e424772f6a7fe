/**
 * Every delivery, in two files that only grow: the letters one after another, and a line of JSON for each.
 * A letter is kept when its line is written. Memory holds one number per letter, whatever the mailbox's size.
 * Written to the operating system, not forced to the disk: it survives the death of the process, not of the machine.
 */
import { writevSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { type Envelope, readEnvelope } from './envelope.ts';
import { readLineStarts } from './lineStarts.ts';

export type Search = Readonly<{
  run?: string | undefined;
  order?: string | undefined;
  /** Deliveries at or after this moment, milliseconds since 1970. */
  since?: number | undefined;
  /** Deliveries with a smaller id. */
  before?: number | undefined;
  sort: 'newest' | 'oldest';
}>;

export interface Mailbox {
  /** Resolves when the letter and its line are written. */
  keep(letter: Buffer): Promise<void>;
  find(search: Search): AsyncGenerator<Envelope>;
  /** The whole letter as received; undefined for an id that was never given. */
  letter(id: number): Promise<Buffer | undefined>;
  readonly size: number;
  close(): Promise<void>;
}

type Line = Envelope & Readonly<{ offset: number }>;
type Waiting = Readonly<{ letter: Buffer; at: number; kept: () => void }>;

/** As many lines as are read at once when searching. */
const blockLines = 2000;

async function readLines(index: FileHandle, starts: readonly number[], first: number, last: number): Promise<string[]> {
  const from = starts[first] ?? 0;
  const length = (starts[last] ?? 0) - from;
  const { buffer } = await index.read(Buffer.alloc(length), 0, length, from);
  return buffer.toString('utf8').split('\n').slice(0, -1);
}

/** @throws Error when the disk takes less than all of it */
function append(file: number, parts: readonly Buffer[]): void {
  const written = writevSync(file, parts);
  const wanted = parts.reduce((sum, { length }) => sum + length, 0);
  if (written !== wanted) throw new Error(`The mailbox took ${written} of ${wanted} bytes: is the disk full?`);
}

const parse = (text: string): Line => JSON.parse(text);

/** Opens the mailbox in this folder, and drops the end of whatever a killed process had not finished. */
export async function openMailbox(folder: string): Promise<Mailbox> {
  await mkdir(folder, { recursive: true });
  const letters = await open(join(folder, 'letters.eml'), 'a+');
  const index = await open(join(folder, 'letters.ndjson'), 'a+');
  /** Where each line begins; the last entry is where the next one will. */
  const starts = await readLineStarts(index);
  let end = await dropUnfinished();
  let waiting: Waiting[] = [];

  async function dropUnfinished(): Promise<number> {
    const { size } = await letters.stat();
    for (; starts.length > 1; starts.pop()) {
      const [text = ''] = await readLines(index, starts, starts.length - 2, starts.length - 1);
      const last = parse(text);
      if (last.offset + last.size > size) continue;
      await letters.truncate(last.offset + last.size);
      await index.truncate(starts.at(-1));
      return last.offset + last.size;
    }
    await Promise.all([letters.truncate(0), index.truncate(0)]);
    return 0;
  }

  /**
   * All that arrived in one turn of the event loop, by two calls. Synchronous: copying a few letters to the
   * operating system takes less than handing the work to another thread.
   */
  function write(batch: readonly Waiting[]): void {
    const lines: Buffer[] = [];
    let offset = end;
    for (const { letter, at } of batch) {
      const line: Line = { ...readEnvelope(letter, starts.length + lines.length, at), offset };
      lines.push(Buffer.from(`${JSON.stringify(line)}\n`));
      offset += letter.length;
    }
    append(
      letters.fd,
      batch.map(({ letter }) => letter),
    );
    append(index.fd, lines);
    end = offset;
    for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length);
  }

  /** A mailbox that cannot write must not go on: the process ends, and the next one drops what is unfinished. */
  function writeWaiting(): void {
    const batch = waiting;
    waiting = [];
    if (batch.length > 0) write(batch);
    for (const { kept } of batch) kept();
  }

  async function* find(search: Search): AsyncGenerator<Envelope> {
    const wanted = (['run', 'order'] as const).flatMap((field) =>
      search[field] === undefined ? [] : [`"${field}":${JSON.stringify(search[field])}`],
    );
    const all = Math.min(starts.length - 1, (search.before ?? Number.POSITIVE_INFINITY) - 1);
    for (let done = 0; done < all; done += blockLines) {
      const count = Math.min(blockLines, all - done);
      const first = search.sort === 'oldest' ? done : all - done - count;
      const lines = (await readLines(index, starts, first, first + count)).filter((text) =>
        wanted.every((part) => text.includes(part)),
      );
      for (const text of search.sort === 'oldest' ? lines : lines.reverse()) {
        const { offset: _, ...envelope } = parse(text);
        if (envelope.at >= (search.since ?? 0)) yield envelope;
        else if (search.sort === 'newest') return;
      }
    }
  }

  return {
    keep(letter) {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (waiting.push({ letter, at: Date.now(), kept: resolve }) === 1) setImmediate(writeWaiting);
      return promise;
    },
    find,
    async letter(id) {
      if (!Number.isInteger(id) || id < 1 || id >= starts.length) return undefined;
      const [text = ''] = await readLines(index, starts, id - 1, id);
      const { offset, size } = parse(text);
      return (await letters.read(Buffer.alloc(size), 0, size, offset)).buffer;
    },
    get size() {
      return starts.length - 1;
    },
    async close() {
      writeWaiting();
      await Promise.all([letters.close(), index.close()]);
    },
  };
}
