import type { FileHandle } from 'node:fs/promises';

const newline = 10;

/**
 * Where each whole line of a file begins, in bytes, and at the end where the next one will:
 * one number for an empty file. A last line without its line end does not count.
 */
export async function readLineStarts(file: FileHandle): Promise<number[]> {
  const starts = [0];
  const chunk = Buffer.alloc(1 << 20);
  for (let position = 0; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    if (bytesRead === 0) return starts;
    const read = chunk.subarray(0, bytesRead);
    for (let at = read.indexOf(newline); at >= 0; at = read.indexOf(newline, at + 1)) starts.push(position + at + 1);
    position += bytesRead;
  }
}
