/** What Python needs of its registry for a test; versions stand in requirements/ and nowhere else. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { run } from './command.ts';
import { debianInstalls, findProgram } from './java.ts';
import { usualHome } from './site.ts';
import { makeWhole } from './whole.ts';

const call = promisify(execFile);

export type Python = Readonly<{
  /** For a process that is to have the packages. */
  environment: Record<string, string>;
  /** Runs a program to its end. @returns what it printed @throws Error with what it complained of */
  run(program: string, ...args: string[]): Promise<string>;
}>;

/** @param names of files in requirements/; the packages are kept with the engines' downloads */
export async function pythonWith(...names: string[]): Promise<Python> {
  await debianInstalls(
    'python3 python3-pip',
    () => findProgram('python3') !== undefined,
    () => undefined,
  );
  const folders = await Promise.all(names.map(packages));
  const environment = { PYTHONPATH: folders.join(':'), PYTHONDONTWRITEBYTECODE: '1' };
  return {
    environment,
    run: async (program, ...args) => {
      const { stdout } = await call('python3', ['-c', program, ...args], { env: { ...process.env, ...environment } });
      return stdout;
    },
  };
}

async function packages(name: string): Promise<string> {
  const file = join(import.meta.dirname, 'requirements', `${name}.txt`);
  const contents = createHash('sha256').update(readFileSync(file)).digest('hex').slice(0, 8);
  const folder = join(usualHome, 'downloads', `${name}-${contents}`);
  await makeWhole(folder, async (part) => {
    const pip = ['python3', '-m', 'pip', 'install', '--quiet', '--no-deps', '--target', part, '-r', file] as const;
    await run(`Installing ${name} with pip`, pip);
  });
  return folder;
}
