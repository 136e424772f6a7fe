/** Gives every target many inputs, and tells of the first that it neither takes nor refuses, or takes too long for. */
import fc from 'fast-check';
import type { Target } from './target.ts';
import { targets } from './targets.ts';

/** `inputs` are shared by all targets. `until` ends it: milliseconds from now. */
export type FuzzOptions = Readonly<{
  seed: number;
  inputs: number;
  until?: number;
  /** The only target; all without it. */
  only?: string | undefined;
  told?: (line: string) => void;
}>;

/** ms of this thread's processor time for 100 kB, and for what is smaller: less is the work of a collection or a compilation. */
const most = 100;
/** Characters of a report: an input may have 100,000. */
const mostTold = 10_000;
/** Time that is spent only now and then is not spent each time. */
const tries = 3;

/** Bytes, about. */
function sizeOf(input: unknown): number {
  if (Buffer.isBuffer(input)) return input.length;
  if (Array.isArray(input)) return input.reduce<number>((sum, one) => sum + sizeOf(one), 0);
  return JSON.stringify(input)?.length ?? 0;
}

type Cost = { milliseconds: number; bytes: number };

async function millisecondsOf({ take, refuses }: Target, input: unknown): Promise<number> {
  const before = process.threadCpuUsage();
  try {
    await take(input);
  } catch (error) {
    if (!refuses(error)) throw error;
  }
  return process.threadCpuUsage(before).user / 1000;
}

/** @param slowest of the inputs until now @throws what the target throws, and an Error for an input that takes too long */
async function give(target: Target, input: unknown, slowest: Cost): Promise<void> {
  const bytes = sizeOf(input);
  const allowed = Math.max(most, (bytes / 100_000) * most);
  let milliseconds = await millisecondsOf(target, input);
  for (let again = 1; again < tries && milliseconds > allowed; again++) {
    milliseconds = Math.min(milliseconds, await millisecondsOf(target, input));
  }
  if (milliseconds > slowest.milliseconds) Object.assign(slowest, { milliseconds, bytes });
  if (milliseconds > allowed)
    throw new Error(`takes ${Math.round(milliseconds)} ms of the processor; ${Math.round(allowed)} are the most`);
}

/** @returns a report for each target that has failed: what it was given, the smallest that was found, and why */
export async function fuzz({ seed, inputs, until, only, told = () => undefined }: FuzzOptions): Promise<string[]> {
  const faults: string[] = [];
  const chosen = targets.filter(({ name }) => only === undefined || name === only);
  for (const target of chosen) {
    const { atOnce = 1 } = target;
    const numRuns = Math.ceil(inputs / chosen.length / atOnce);
    const slowest = { milliseconds: 0, bytes: 0 };
    const property = fc.asyncProperty(target.inputs, (input) => give(target, input, slowest));
    const bound = until === undefined ? {} : { interruptAfterTimeLimit: until / chosen.length };
    const result = await fc.check(property, { seed, numRuns, ...bound });
    const fails = result.failed && result.counterexample;
    const cost = `the slowest took ${slowest.milliseconds.toFixed(1)} ms for ${slowest.bytes} bytes`;
    told(`${target.name}: ${result.numRuns * atOnce} inputs${fails ? ', and one fails' : ''}; ${cost}`);
    if (fails)
      faults.push(`${target.name}: ${result.errorInstance}\n${fc.defaultReportMessage(result)?.slice(0, mostTold)}`);
  }
  return faults;
}
