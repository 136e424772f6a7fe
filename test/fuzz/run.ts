/** Gives every target many inputs, and tells of the first that it neither takes nor refuses, or takes too long for. */
import fc from 'fast-check';
import type { Target } from './target.ts';
import { targets } from './targets.ts';

/** `inputs` are shared by all targets. `until` ends it: milliseconds from now. */
export type FuzzOptions = Readonly<{ seed: number; inputs: number; until?: number; told?: (line: string) => void }>;

/** Processor ms for 100 kB, and for what is smaller: compiling and collecting fall into some of them. */
const most = 100;
const floor = 400;
const sizeOf = (input: unknown): number =>
  Buffer.isBuffer(input) ? input.length : (JSON.stringify(input)?.length ?? 0);

async function give({ take, refuses }: Target, input: unknown): Promise<void> {
  const before = process.cpuUsage();
  try {
    await take(input);
  } catch (error) {
    if (!refuses(error)) throw error;
  }
  const { user } = process.cpuUsage(before);
  const allowed = Math.max(floor, (sizeOf(input) / 100_000) * most);
  if (user / 1000 > allowed)
    throw new Error(`takes ${Math.round(user / 1000)} ms of the processor; ${allowed} are the most`);
}

/** @returns a report for each target that has failed: what it was given, the smallest that was found, and why */
export async function fuzz({ seed, inputs, until, told = () => undefined }: FuzzOptions): Promise<string[]> {
  const faults: string[] = [];
  for (const target of targets) {
    const { atOnce = 1 } = target;
    const numRuns = Math.ceil(inputs / targets.length / atOnce);
    const property = fc.asyncProperty(target.inputs, (input) => give(target, input));
    const bound = until === undefined ? {} : { interruptAfterTimeLimit: until / targets.length };
    const result = await fc.check(property, { seed, numRuns, ...bound });
    told(
      `${target.name}: ${result.numRuns * atOnce} inputs${result.failed && result.counterexample ? ', and one fails' : ''}`,
    );
    if (result.failed && result.counterexample)
      faults.push(`${target.name}: ${result.errorInstance}\n${fc.defaultReportMessage(result)}`);
  }
  return faults;
}
