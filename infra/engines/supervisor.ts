/** The one way in which every engine is found, taken over, started, replaced and stopped. */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  closeSync,
  existsSync,
  fchownSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
} from 'node:fs';
import type { EngineAccess } from '../access/ownEngines.ts';
import { userOf } from '../access/rootsUsers.ts';
import { systemClock } from '../clock.ts';
import { awayFault } from './awayFault.ts';
import { locale } from './command.ts';
import { type Engine, EngineFault, type Launch, type Site } from './engine.ts';
import { lock } from './lock.ts';
import { asOrdinaryUser } from './ordinaryUser.ts';
import { checkPortsFree } from './portOwner.ts';
import { isAlive, isGone, signalGroup } from './processGroup.ts';
import { SignsOfLife, waitReady } from './readiness.ts';
import { checkOurs, engineAccess, engineAddress } from './site.ts';
import { writeNew } from './writeNew.ts';

type Running = Readonly<{ group: number; fingerprint: string }>;

/** What happened to an engine on its way up. */
export type Outcome = 'external' | 'running' | 'replaced' | 'started';

/** The process that we started for this engine, if it lives. */
export function findRunning(site: Site): Running | undefined {
  if (!existsSync(site.record)) return undefined;
  const [group = '', fingerprint = ''] = readFileSync(site.record, 'utf8').trim().split(' ');
  if (!/^\d+$/.test(group) || !isAlive(Number(group), `RECORD=${site.record}`)) return undefined;
  return { group: Number(group), fingerprint };
}

/** Another fingerprint replaces a running engine; the environment, which says how and not what to run, does not. */
function fingerprintOf({ command, files, sources = [] }: Launch): string {
  const hash = createHash('sha256').update(JSON.stringify([command, files]));
  for (const source of sources) hash.update(readFileSync(source));
  return hash.digest('hex').slice(0, 16);
}

/** So many times its patience an engine may be at work and not become ready. */
const longest = 10;

/** As long as it lives and works, or rests no longer than its patience. @returns why it is not ready */
function waitWhileAtWork(engine: Engine, site: Site, lives: () => boolean): Promise<Error | undefined> {
  const signs = new SignsOfLife(site, () => findRunning(site)?.group);
  const patience = engine.patience.start * 1000;
  const end = systemClock.monotonic() + longest * patience;
  const goOn = () => lives() && signs.silence() < patience && systemClock.monotonic() < end;
  return waitReady(engine, engineAddress(engine, site), { log: site.log, access: engineAccess(engine, site) }, goOn);
}

/**
 * The shell writes its own process id before it becomes the engine: there is no moment
 * at which a killed start leaves an engine that nobody knows.
 */
const announce = 'printf "%s %s\\n" $$ "$FINGERPRINT" > "$RECORD.new" && mv "$RECORD.new" "$RECORD" && exec "$@"';

/** An engine needs no more of our environment, which holds keys and passwords. Java itself reads one, the inbox another. */
function inherited({ data }: Site): Readonly<Record<string, string>> {
  const names = ['PATH', 'TZ', 'JAVA_TOOL_OPTIONS', 'SUDO_UID'];
  return {
    ...Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
    ...locale,
    ...(process.getuid?.() === 0 && { SYSTEM_UID: String(userOf('system').id) }),
    HOME: data,
  };
}

/** @returns whether it lives still: first as the process that was started, then as what that has become */
function spawnDetached(engine: Engine, launch: Launch, site: Site): () => boolean {
  for (const [path, text] of Object.entries(launch.files ?? {})) writeNew(path, text);
  if (existsSync(site.log)) renameSync(site.log, `${site.log}.before`);
  const log = openSync(site.log, 'a', 0o600);
  const user = asOrdinaryUser(engine.title, site.data);
  // Elasticsearch opens it once more.
  if (user.length > 0) fchownSync(log, lstatSync(site.data).uid, lstatSync(site.data).gid);
  const shell = ['-c', announce, 'sh', ...user, ...launch.command];
  const environment = { ...launch.environment, RECORD: site.record, FINGERPRINT: fingerprintOf(launch) };
  const child = spawn('sh', shell, {
    cwd: site.data,
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...inherited(site), ...environment },
  });
  child.on('error', () => {});
  child.unref();
  closeSync(log);
  const hasExited = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null;
  return () => !hasExited() || findRunning(site) !== undefined;
}

const logEnd = (site: Site) => readFileSync(site.log, 'utf8').trim().split('\n').slice(-8).join('\n');

async function start(engine: Engine, site: Site): Promise<void> {
  checkOurs(site);
  mkdirSync(site.data, { recursive: true });
  chmodSync(site.data, 0o700);
  await engine.install(site);
  await engine.prepare?.(site);
  await checkPortsFree(engine, site);
  rmSync(site.record, { force: true });
  site.progress(`starting ${engine.title}`);
  const since = systemClock.monotonic();
  const lives = spawnDetached(engine, await engine.launch(site), site);
  const reason = await waitWhileAtWork(engine, site, lives);
  if (!reason) return site.progress(`ready in ${((systemClock.monotonic() - since) / 1000).toFixed(1)} s`);
  const living = findRunning(site);
  if (living) await kill(living.group);
  const what = living
    ? `is not ready, and was at rest for ${engine.patience.start} s or at work for ${longest} times as long (${reason.message})`
    : 'stopped while it started';
  throw new EngineFault(`${engine.title} ${what}. Its log, ${site.log}, ends:\n${logEnd(site)}`);
}

async function kill(group: number): Promise<void> {
  signalGroup(group, 'SIGKILL', true);
  await isGone(group, 10);
}

async function stopRunning(engine: Engine, running: Running): Promise<void> {
  signalGroup(running.group, engine.stopSignal ?? 'SIGTERM');
  if (!(await isGone(running.group, engine.patience.stop))) await kill(running.group);
}

/**
 * An engine that lives with the right settings is given time to become ready: another start may just have begun it.
 * @returns what is to be said of it; all but a running one must be started now
 */
async function takeOver(engine: Engine, site: Site): Promise<'running' | 'replaced' | 'started'> {
  const running = findRunning(site);
  if (!running) return 'started';
  if (running.fingerprint !== fingerprintOf(await engine.launch(site))) {
    site.progress('runs with other settings: replacing it');
    await stopRunning(engine, running);
    return 'replaced';
  }
  const living = () => findRunning(site) !== undefined;
  if (!(await waitWhileAtWork(engine, site, living))) return 'running';
  site.progress('runs, but does not answer: replacing it');
  await kill(running.group);
  return 'replaced';
}

const lockOf = (engine: Engine, site: Site) =>
  lock(`${site.home}/${engine.name}`, () => site.progress('waiting for another command that starts or stops it'));

/** An engine that somebody else runs. */
type External = Readonly<{ address: string; access: EngineAccess }>;

/**
 * Makes sure that the engine runs and is ready.
 * @param external how it is reached, when somebody else runs it; it is then only waited for
 * @throws EngineFault that says what is wrong and what to do
 */
export async function bringUp(engine: Engine, site: Site, external: External | undefined): Promise<Outcome> {
  if (external) {
    const deadline = systemClock.monotonic() + 30_000;
    const reason = await waitReady(engine, external.address, external, () => systemClock.monotonic() < deadline);
    if (!reason) return 'external';
    throw await awayFault(engine, external.address, reason);
  }
  using _one = await lockOf(engine, site);
  const outcome = await takeOver(engine, site);
  if (outcome !== 'running') await start(engine, site);
  await engine.settle?.(site);
  return outcome;
}

/** Stops the engine if it is ours and runs. @returns whether there was anything to stop */
export async function bringDown(engine: Engine, site: Site): Promise<boolean> {
  using _one = await lockOf(engine, site);
  const running = findRunning(site);
  if (running) {
    await stopRunning(engine, running);
    site.progress('stopped');
  }
  rmSync(site.record, { force: true });
  return running !== undefined;
}
