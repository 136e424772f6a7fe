/**
 * The two files of the mailbox, which only grow: the letters one after another, and a line of JSON for each.
 * A letter is kept when its line is written; what a killed process had not finished is dropped on opening.
 * What is to be forgotten is written over in its place, so that nothing else moves.
 */
import { writevSync } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { Envelope } from './envelope.ts';

/** An envelope, and where its letter begins, in bytes. */
export type Line = Envelope & Readonly<{ offset: number }>;

/** Both are open for appending: whatever is written goes to their ends. */
export type LetterFiles = Readonly<{
  letters: FileHandle;
  index: FileHandle;
  /** Where each line begins, in bytes; one more than there are lines: the last is where the next line will. */
  starts: number[];
}>;

const newline = 10;

/** A last line without its line end does not count. */
async function findLineStarts(index: FileHandle): Promise<number[]> {
  const starts = [0];
  const chunk = Buffer.alloc(1 << 20);
  for (let position = 0; ; ) {
    const { bytesRead } = await index.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return starts;
    const read = chunk.subarray(0, bytesRead);
    for (let at = read.indexOf(newline); at >= 0; at = read.indexOf(newline, at + 1)) starts.push(position + at + 1);
    position += bytesRead;
  }
}

/** The texts of the lines from `first` (counted from 0) to before `last`. */
export async function readLines({ index, starts }: LetterFiles, first: number, last: number): Promise<string[]> {
  const from = starts[first] ?? 0;
  const length = (starts[last] ?? from) - from;
  const { buffer } = await index.read(Buffer.alloc(length), 0, length, from);
  return buffer.toString('utf8').split('\n').slice(0, -1);
}

/** Does not check the fields: only this program writes them. @throws SyntaxError for a text that is no JSON */
export const parseLine = (text: string): Line => JSON.parse(text);

/** Cuts both files to the last line whose letter is whole. @returns where that letter ends */
async function dropUnfinished(files: LetterFiles): Promise<number> {
  const { letters, index, starts } = files;
  const { size } = await letters.stat();
  let end = 0;
  for (; starts.length > 1; starts.pop()) {
    const [text = ''] = await readLines(files, starts.length - 2, starts.length - 1);
    const last = parseLine(text);
    end = last.offset + last.size;
    if (end <= size) break;
    end = 0;
  }
  await letters.truncate(end);
  await index.truncate(starts.at(-1) ?? 0);
  return end;
}

/** Makes the folder if need be. @returns also where the last whole letter ends, in bytes: there the next one begins */
export async function openLetterFiles(folder: string): Promise<{ files: LetterFiles; end: number }> {
  await mkdir(folder, { recursive: true });
  const letters = await open(join(folder, 'letters.eml'), 'a+');
  const index = await open(join(folder, 'letters.ndjson'), 'a+');
  const files = { letters, index, starts: await findLineStarts(index) };
  return { files, end: await dropUnfinished(files) };
}

function append(file: FileHandle, parts: readonly Buffer[]): void {
  const written = writevSync(file.fd, parts);
  const wanted = parts.reduce((sum, { length }) => sum + length, 0);
  if (written !== wanted) throw new Error(`The mailbox took ${written} of ${wanted} bytes: is the disk full?`);
}

/**
 * Writes letters, then their lines, by two calls. Synchronous: copying a few letters to the operating system
 * takes less than handing the work to another thread.
 */
export function writeLetters({ letters, index, starts }: LetterFiles, bodies: readonly Buffer[], lines: Line[]): void {
  const texts = lines.map((line) => Buffer.from(`${JSON.stringify(line)}\n`));
  append(letters, bodies);
  append(index, texts);
  for (const { length } of texts) starts.push((starts.at(-1) ?? 0) + length);
}

/**
 * Writes over letters, and over what their lines say of a person. That there was one for a step of an order stays.
 * @param folder of the files: a file that is open for appending writes nowhere else
 */
export async function blankLetters(folder: string, { starts }: LetterFiles, lines: readonly Line[]): Promise<void> {
  if (lines.length === 0) return;
  await using letters = await open(join(folder, 'letters.eml'), 'r+');
  await using index = await open(join(folder, 'letters.ndjson'), 'r+');
  for (const { offset, size } of lines) await letters.write(Buffer.alloc(size, '\n'), 0, size, offset);
  // Letters first: one whose line is blank is looked at no more.
  await letters.datasync();
  for (const line of lines) {
    const [from = 0, to = 0] = starts.slice(line.id - 1, line.id + 1);
    const blank = Buffer.alloc(to - from - 1, ' ');
    blank.write(JSON.stringify({ ...line, to: '', subject: '' }));
    await index.write(blank, 0, blank.length, from);
  }
  await index.datasync();
}

/** Whether that was done to a line: it is as long as before. One that named nobody and nothing cannot be told from its like. */
export const isBlank = (text: string): boolean => text.endsWith(' ');
