import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Place } from '../../functions/console/asks.ts';
import { Refusal } from './refusal.ts';

const patience = 15_000;

/**
 * Sends one dead letter back to where it came from, as `npm run dead` does.
 * @throws Refusal when it was dealt with already, or the script fails
 */
export async function redrive(script: string, { topic, partition, offset }: Place): Promise<void> {
  const flags = ['redrive', '--topic', topic, '--at', `${partition}:${offset}`];
  const run = promisify(execFile)(process.execPath, [script, ...flags], { timeout: patience });
  const { stdout } = await run.catch((error: Error & { stderr?: string }) => {
    throw new Refusal(error.stderr?.trim() || error.message);
  });
  if (/^0 dead letters redriven/m.test(stdout)) throw new Refusal('It was dealt with already.');
}
