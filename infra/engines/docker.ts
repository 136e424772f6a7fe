/** The engines as containers, by compose.yaml, where a Docker engine answers. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { messageOf } from '../faults.ts';
import { run, tellWhile } from './command.ts';
import { findProgram } from './java.ts';
import type { Environment, Progress } from './site.ts';

type Command = readonly [string, ...string[]];

/** Why there is no Docker to be used; undefined when there is. */
export async function dockerIsMissing(environment: Environment = {}): Promise<string | undefined> {
  if (!findProgram('docker')) return 'no docker program is on the PATH';
  const questions: readonly Command[] = [
    ['docker', 'version', '--format', '{{.Server.Version}}'],
    ['docker', 'compose', 'version'],
  ];
  for (const question of questions) {
    try {
      await run('Asking Docker', question, { environment: defined(environment) });
    } catch (error) {
      return messageOf(error);
    }
  }
  return undefined;
}

const defined = (environment: Environment): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).filter((entry): entry is [string, string] => entry[1] !== undefined));

/** Of the two Kafkas, the profile of the one that is asked for. */
const profileOf = (names: readonly string[]): string => (names.includes('kafka-zookeeper') ? 'zookeeper' : 'kraft');

const compose = (profile: string, ...args: string[]): Command => [
  'docker',
  'compose',
  '-f',
  join(import.meta.dirname, 'compose.yaml'),
  '--profile',
  profile,
  ...args,
];

/** The commands that bring engines up as containers. The pages take minutes to come up: nobody waits for them. */
export function upCommands(names: readonly string[]): { waitFor: Command[]; pages: Command } {
  const profile = profileOf(names);
  const activate = compose(profile, 'run', '--rm', 'ignite-activate');
  return {
    waitFor: [compose(profile, 'up', '-d', '--wait', ...names), ...(names.includes('ignite') ? [activate] : [])],
    pages: compose(profile, 'up', '-d', 'kafka-ui', 'dashboards'),
  };
}

/**
 * Resolves when the containers of these engines are healthy; Kafka's page and Kibana go on coming up.
 * @throws EngineFault with what Docker says
 */
export async function upInContainers(names: readonly string[], environment: Environment, progress: Progress) {
  const { waitFor, pages } = upCommands(names);
  const options = { environment: defined(environment) };
  for (const command of waitFor) {
    await tellWhile(progress, 'containers: coming up', run('Bringing the containers up', command, options));
  }
  const [file, ...args] = pages;
  spawn(file, args, { detached: true, stdio: 'ignore', env: { ...process.env, ...options.environment } })
    .on('error', () => {})
    .unref();
}

/** Stops all containers of the project; their volumes stay. @returns whether there were any */
export async function stopContainers(progress: Progress): Promise<boolean> {
  if (await dockerIsMissing()) return false;
  const running = await run('Asking Docker', compose('*', 'ps', '--quiet', '--status', 'running'));
  if (running.trim() === '') return false;
  await tellWhile(progress, 'containers: stopping', run('Stopping the containers', compose('*', 'stop')));
  return true;
}
