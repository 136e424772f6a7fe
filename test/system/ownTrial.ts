/** A trial on engines of its own, which a test may kill, fill or empty, and a system that is up on them. */
import { type Trial as Engines, privateEngines } from '../../infra/engines/engines.fixture.ts';
import { type Ready, up } from '../../infra/engines/up.ts';
import type { System } from './systemProcess.ts';
import { type Environment, openTrial, type Trial } from './trial.ts';

export type OwnTrial = Readonly<{
  engines: Engines;
  /** Of `engines`, how each is reached. */
  ready: readonly Ready[];
  trial: Trial;
  system: System;
  /** Ends the system and the engines, and leaves nothing. */
  close(): Promise<void>;
}>;

/**
 * @param names of the engines, or nodes; the others are those that the test run uses
 * @param settings other than the defaults, as environment variables
 * @throws EngineFault for an engine, or Error for a system, that does not come up; nothing is left then
 */
export async function openOwnTrial(names: readonly string[], settings: Environment = {}): Promise<OwnTrial> {
  const engines = await privateEngines(...names);
  let trial: Trial | undefined;
  const close = async () => {
    try {
      await trial?.close();
    } finally {
      await engines.end();
    }
  };
  try {
    const ready = await up(names, engines.options);
    trial = await openTrial(Object.assign({}, ...ready.map(({ tells }) => tells), settings));
    return { engines, ready, trial, system: await trial.start(), close };
  } catch (error) {
    await close();
    throw error;
  }
}
