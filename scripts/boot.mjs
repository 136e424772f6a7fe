/**
 * The first step of every npm script: `node scripts/boot.mjs [<script.ts> [arguments]]`.
 * Runs on whichever Node is at hand (18 or newer) and needs no package: it makes sure that the packages and the code
 * generated from the protos are there, then hands over to the script on the Node that the project brings.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const inRoot = (...parts) => join(root, ...parts);
const bin = inRoot('node_modules', '.bin');
const node = join(bin, 'node');
const environment = {
  ...process.env,
  PATH: `${bin}${delimiter}${process.env.PATH ?? ''}`,
  // What Node has compiled once it need not compile again, in whichever process and worker.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? inRoot('.despacho', 'compiled'),
};

const readJson = (file) => JSON.parse(readFileSync(file, 'utf8'));

/** npm writes its own lock file into node_modules when all packages lie there: a killed install is seen here too. */
function packagesAreThere() {
  const written = inRoot('node_modules', '.package-lock.json');
  if (!existsSync(written) || !existsSync(node)) return false;
  const installed = readJson(written).packages;
  const wanted = Object.entries(readJson(inRoot('package-lock.json')).packages);
  return wanted.every(([path, { version, optional }]) => {
    return path === '' || installed[path]?.version === version || (optional && !installed[path]);
  });
}

/** Runs a step to its end; ends the whole command with `advice` if it fails. */
function step(title, file, args, advice) {
  console.log(`${title} …`);
  const since = Date.now();
  const { status } = spawnSync(file, args, { cwd: root, env: environment, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) {
    console.error(`${title} failed. ${advice}`);
    process.exit(1);
  }
  console.log(`${title}: done in ${Math.round((Date.now() - since) / 1000)} s`);
}

/** Those that package.json names, and no other, whatever npm of the machine's knows of that list. */
function runInstallScripts() {
  const named = Object.entries(readJson(inRoot('package.json')).allowScripts);
  const allowed = named.flatMap(([name, may]) => (may && existsSync(inRoot('node_modules', name)) ? [name] : []));
  // Without a name npm would run the scripts of every package.
  if (allowed.length === 0) return;
  const ran = inRoot('node_modules', '.scripts-ran');
  const versions = allowed.map((name) => `${name} ${readJson(inRoot('node_modules', name, 'package.json')).version}\n`);
  if (existsSync(ran) && readFileSync(ran, 'utf8') === versions.join('')) return;
  step(
    'Running the install scripts that package.json allows',
    'npm',
    ['rebuild', '--ignore-scripts=false', '--loglevel=error', ...allowed],
    'The lines above say why.',
  );
  // npm's lock file does not tell of them: killed before this line, they run again.
  writeFileSync(ran, versions.join(''));
}

function installPackages() {
  if (!packagesAreThere())
    step(
      'Installing the packages of package-lock.json',
      'npm',
      ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
      'Is npm on the PATH?',
    );
  runInstallScripts();
  if (existsSync(node)) return;
  console.error(
    'npm did not install Node 24, an optional package for Linux on x64 and arm64 (`npm config delete omit`): repeat.',
  );
  process.exit(1);
}

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return path === inRoot('proto', 'gen') ? [] : filesUnder(path);
    return [path];
  });
}

/** What the generated code was made from. Contents, because a checkout gives every file a new date. */
function protoFingerprint() {
  const hash = createHash('sha256').update(readJson(inRoot('node_modules', 'ts-proto', 'package.json')).version);
  const files = [...filesUnder(inRoot('proto')).sort(), inRoot('buf.yaml'), inRoot('buf.gen.yaml')];
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest('hex');
}

function generateCode() {
  const stamp = inRoot('proto', 'gen', '.made-from');
  const fingerprint = protoFingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;
  const [buf, advice] = [join(bin, 'buf'), 'The lines above say why.'];
  step('Generating code from the protos', buf, ['generate'], advice);
  step('Describing the protos for gRPC reflection', buf, ['build', '-o', 'proto/gen/descriptors.binpb'], advice);
  writeFileSync(stamp, fingerprint);
}

/** URLs, since a path may hold spaces. */
const preloaded = ['redacted.ts', '../infra/withParent.ts'].map((file) => new URL(file, import.meta.url).href);

function handOver([script, ...args]) {
  const child = spawn(node, [...preloaded.flatMap((url) => ['--import', url]), script, ...args], {
    env: environment,
    // The channel closes with this process: the script ends then, too.
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  endWithNpm();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.once(signal, () => {
      // A terminal tells the whole foreground group of Ctrl-C itself; telling the child again would hurry its drain.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
      process.on(signal, () => {});
    });
  }
  child.on('error', (error) => {
    console.error(`${node} cannot be started: ${error.message}`);
    process.exitCode = 1;
  });
  child.on('exit', (code, signal) => {
    process.exitCode = signal ? 128 + constants.signals[signal] : (code ?? 1);
  });
}

/** @returns the name and the parent of a process; of this one's parent where there is no /proc */
function processOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [name, rest] = [
      stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')')),
      stat.slice(stat.lastIndexOf(')') + 2),
    ];
    return { name, parent: Number(rest.split(' ')[1]) };
  } catch {
    return { name: '', parent: process.ppid };
  }
}

/** Who is above this process, up to npm: behind the shell that npm runs a script in. */
function upToNpm() {
  const { name, parent } = processOf(process.ppid);
  return /^(da|ba)?sh$/.test(name) ? `${process.ppid} ${parent}` : `${process.ppid}`;
}

/** npm gives no channel: that it is gone shows only by somebody else standing in its place. Looked at first of all. */
const above = upToNpm();

function endWithNpm() {
  if (!process.env.npm_lifecycle_event) return;
  setInterval(() => upToNpm() === above || process.kill(process.pid, 'SIGTERM'), 500).unref();
}

installPackages();
generateCode();
const script = process.argv.slice(2);
if (script.length > 0) handOver(script);
