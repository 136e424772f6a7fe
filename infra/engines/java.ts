/** Finds Java and Maven, or has Debian install them where we may. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { run, tellWhile } from './command.ts';
import { EngineFault } from './engine.ts';
import { lock } from './lock.ts';
import type { Progress } from './site.ts';

/** The full path of a program, looked up as a shell would. */
export function findProgram(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

const oldest = 17;

/** The folder that has bin/java. JAVA_HOME goes before the PATH. */
export function javaHome(): string | undefined {
  if (process.env.JAVA_HOME && existsSync(join(process.env.JAVA_HOME, 'bin/java'))) return process.env.JAVA_HOME;
  const java = findProgram('java');
  return java && dirname(dirname(realpathSync(java)));
}

/** For commands that are made only after `haveJava`. */
export const java = (): string => join(javaHome() ?? '', 'bin/java');

const mayInstall = () => process.getuid?.() === 0 && findProgram('apt-get') !== undefined;

/** One at a time, and not again what another start has installed meanwhile. */
export async function debianInstalls(packages: string, isThere: () => boolean, progress: Progress): Promise<void> {
  if (isThere() || !mayInstall()) return;
  using _one = await lock('apt-get', () => progress('waiting for another installation'));
  if (isThere()) return;
  const command = `apt-get -q update && apt-get -q -y install --no-install-recommends ${packages}`;
  const environment = { DEBIAN_FRONTEND: 'noninteractive' };
  const installed = run(`Installing ${packages}`, ['sh', '-c', command], { environment });
  await tellWhile(progress, `installing ${packages} with apt-get`, installed);
}

/** Like 17.0.15. The `release` file answers without starting a virtual machine; not every build brings one. */
export function javaVersion(home = javaHome() ?? ''): string | undefined {
  const file = join(home, 'release');
  return existsSync(file) ? /^JAVA_VERSION="(.+?)"/m.exec(readFileSync(file, 'utf8'))?.[1] : undefined;
}

/** @throws EngineFault when there is no Java 17 or newer and none can be installed */
export async function haveJava(progress: Progress): Promise<void> {
  await debianInstalls('openjdk-17-jre-headless', () => javaHome() !== undefined, progress);
  const home = javaHome();
  if (!home) throw new EngineFault(`Java ${oldest} or newer is missing. Install a JRE, or set JAVA_HOME to one.`);
  const found = javaVersion(home);
  if (found === undefined || Number.parseInt(found, 10) >= oldest) return;
  throw new EngineFault(`Java in ${home} is version ${found}; ${oldest} or newer is needed. Set JAVA_HOME to one.`);
}

/** @throws EngineFault when there is no Maven and none can be installed */
export async function haveMaven(progress: Progress): Promise<void> {
  await debianInstalls('maven', () => findProgram('mvn') !== undefined, progress);
  if (!findProgram('mvn')) throw new EngineFault('Maven is missing. Install it so that `mvn` is on the PATH.');
}
