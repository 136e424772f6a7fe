/** What is kept with a commit of the offsets above it: which are done, and how often the others were tried. */
import { noProgress, type Place, type Progress, type Tried } from '../record/place.ts';

/** Kafka keeps 4,096 bytes with a commit (`offset.metadata.max.bytes`). */
const metadataLimit = 4000;
/**
 * Before runs of (distance from the last run's end, length, and where they are not done deliveries and retries) in base 36. Up to version 0.1 it was
 * `done+`, with runs of what is done only.
 */
const mark = 'tried+';
/** More than a partition ever holds above its watermark: so much that somebody else wrote is not believed. */
const mostOffsets = 100_000;

type Run = { start: number; end: number; tried: Tried | undefined };

/** @param places from the watermark on, in order. What does not fit is left out: it is delivered twice after a crash. */
export function writeProgress(watermark: number, places: Iterable<Place>): string {
  let text = '';
  let at = watermark;
  for (const { start, end, tried } of runsOf(places)) {
    const numbers = [start - at, end - start, ...(tried ? [tried.deliveries, tried.retries] : [])];
    const run = `${numbers.map((number) => number.toString(36)).join('.')},`;
    if (text.length + run.length > metadataLimit) break;
    text += run;
    at = end;
  }
  return text && mark + text;
}

/** Neighbours that are done, or were tried as often. */
function* runsOf(places: Iterable<Place>): Generator<Run> {
  let run: Run | undefined;
  for (const place of places) {
    const { offset } = place;
    const tried = place.done ? undefined : place.tried;
    if (run && run.end === offset && isSame(run.tried, tried)) {
      run.end++;
      continue;
    }
    if (run) yield run;
    run = { start: offset, end: offset + 1, tried };
  }
  if (run) yield run;
}

const isSame = (one: Tried | undefined, other: Tried | undefined): boolean =>
  one?.deliveries === other?.deliveries && one?.retries === other?.retries;

/** The opposite of `writeProgress`; anything else is no information. */
export function readProgress(watermark: number, metadata: string): Progress {
  const [, text] = /^(?:tried|done)\+((?:[0-9a-z]{1,10}(?:\.[0-9a-z]{1,10}){1,3},)+)$/.exec(metadata) ?? [];
  if (text === undefined || metadata.length > metadataLimit + mark.length) return noProgress;
  const finished = new Set<number>();
  const tried = new Map<number, Tried>();
  let at = watermark;
  for (const run of text.slice(0, -1).split(',')) {
    const [skip = 0, length = 0, deliveries = 0, retries = 0] = run
      .split('.')
      .map((digits) => Number.parseInt(digits, 36));
    at += skip;
    if (finished.size + tried.size + length > mostOffsets) return noProgress;
    for (const end = at + length; at < end; at++) {
      if (deliveries > 0) tried.set(at, { deliveries, retries });
      else finished.add(at);
    }
  }
  return { finished, tried, end: at };
}
