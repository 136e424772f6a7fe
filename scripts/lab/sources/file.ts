import { readFileSync } from 'node:fs';
import { counterSchema, type KindName, postSchema } from '../../../functions/messages/message.ts';
import { codeOf, Mistake } from '../../../infra/faults.ts';
import { readJson } from '../../../infra/json.ts';
import { decodeText } from '../../load/csvText.ts';
import { mostBytes, type Produced } from './source.ts';
import { type Tracking, tracker } from './tracking.ts';

/** Beside it stands its key. */
const largest = mostBytes - 1000;

/**
 * Messages of a file with one JSON object a line, once each, in the file's order; empty lines are passed over.
 * @throws Mistake that names the line and field at fault
 */
export function* fileMessages(file: string, kind: KindName, tracking: Tracking): Generator<Produced, undefined> {
  const wanted = tracker(tracking);
  for (const [index, line] of readText(file).split('\n').entries()) {
    if (line.trim() === '') continue;
    const where = `${file}:${index + 1}`;
    if (Buffer.byteLength(line) > largest) {
      throw new Mistake('file', `${where} is larger than the ${largest} bytes that a message may have`);
    }
    const value = readJson(line);
    if (value === undefined)
      throw new Mistake('file', `${where} is not JSON: a file of messages has one JSON object a line`);
    if (kind === 'counter') {
      const { number } = check(counterSchema.safeParse(value), where);
      yield { key: String(number), value: line };
    } else {
      const post = check(postSchema.safeParse(value), where);
      if (wanted(post)) yield { key: post.user.screen_name, value: line };
    }
  }
}

function readText(file: string): string {
  let text: string | undefined;
  try {
    text = decodeText(readFileSync(file));
  } catch (error) {
    throw new Mistake('file', `--source file:${file} cannot be read (${codeOf(error)})`);
  }
  if (text === undefined) throw new Mistake('file', `--source file:${file} is not UTF-8: save it as UTF-8`);
  return text;
}

type Read<T> =
  | { success: true; data: T }
  | { success: false; error: { issues: { path: PropertyKey[]; message: string }[] } };

function check<T>(read: Read<T>, where: string): T {
  if (read.success) return read.data;
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new Mistake('file', `${where} is no such message: ${faults.join('; ')}`);
}
