/** The README holds what it says: each of its commands is run, here or where the table says, and each setting exists. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { settingNames } from '../functions/settings.ts';
import { accessVariables } from '../infra/access/ownEngines.ts';
import { engines } from '../infra/engines/catalogue.ts';
import { freePort } from '../infra/engines/freePort.ts';
import { startStandIn } from '../infra/kibana/standIn.fixture.ts';
import { ownFolder } from '../infra/ownFolder.fixture.ts';
import { npmStart, type Started } from './npmStart.ts';
import { processesOf } from './offline.ts';
import { root } from './system/service.ts';
import { type Environment, openTrial, type Trial } from './system/trial.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readmes = new Map(['README.md', 'README.es.md'].map((path) => [path, read(path)]));
const english = readmes.get('README.md') ?? '';

/** Every line of a shell block without its comment, and whatever else stands as code and begins like a command. */
function commandsOf(text: string): string[] {
  const lines = [...text.matchAll(/^```sh\n(.*?)^```/gms)].flatMap(([, block = '']) => block.split('\n'));
  const spans = [...text.replaceAll(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code);
  const all = [...lines, ...spans.filter((code) => /^(npm|npx|node|docker|grpcurl) /.test(code))];
  return [...new Set(all.map((line) => line.replace(/\s+# .*/, '').trim()).filter((line) => line !== ''))].sort();
}

/** How a command is run: here, with more arguments that make it short; in a way of its own; or by another file. */
type Way =
  | Readonly<{ more?: string; environment?: () => Environment; says: RegExp }>
  | Readonly<{ by(command: string): Promise<void> }>
  | Readonly<{ file: string; holds: string }>;

const scratch = ownFolder();
let kibana: Awaited<ReturnType<typeof startStandIn>>;
let [trial, started, orderId] = [] as unknown as [Trial, Started, string];

/** The system that everything else is run on. */
const runsAlready: Way = {
  async by() {
    assert.match(started.said(), /Procesando.*Finalizado.*\nClean\..*\nConsole +http:.*Up until Ctrl-C/s);
  },
};

const ways: Readonly<Record<string, Way>> = {
  'npm start': runsAlready,
  'npm start -- --native': runsAlready,
  'npm start -- --kafka zookeeper': { file: 'test/zookeeper.test.ts', holds: "['zookeeper', 'kafka-zookeeper']" },
  'npm start -- --cluster': { file: 'test/cluster.test.ts', holds: "...nodesOf('kafka'), ...nodesOf('redis')" },
  'node infra/engines/up.ts kafka-2': { file: 'test/cluster.test.ts', holds: 'await engines.up(name)' },
  'npm test': { file: '.github/workflows/test.yml', holds: 'run: npm test' },
  'docker compose -f infra/engines/compose.yaml --profile kraft up': {
    file: 'infra/engines/docker.test.ts',
    holds: 'compose\\.yaml --profile kraft up',
  },
  'npx serverless offline start': { file: 'test/serverless.test.ts', holds: 'await startOffline(' },
  'npx serverless invoke local -f ship -p functions/orders/samples/ship.json': {
    file: 'test/serverless.test.ts',
    holds: "'invoke', 'local', '-f', name, '-p', samples.get(name)",
  },
  'npm run load -- --distribution poisson --rate 200 --duration 30 --clock 20': {
    more: `--rate 5 --duration 3 --html ${join(scratch, 'report.html')}`,
    says: /Not acknowledged +none/,
  },
  'npm run audit': { says: /accepted = .*\nClean\./s },
  'npm run rebuild -- redis': { says: /Redis: 0 orders restored; the others were there already/ },
  'npm run order -- <id>': { says: /order accepted .*orders\.placed/ },
  'npm run dead -- list': { says: /\b0 {2}in all/ },
  'npm run forget -- <e-mail>': { file: 'infra/forget/forget.engine.test.ts', holds: 'await forget(settings, ' },
  'npm run dashboards': {
    environment: () => ({ KIBANA_URL: kibana.address }),
    says: /es: Kibana has taken .*en: Kibana has taken /s,
  },
  'npm run lab': {
    more: `run --message posts --mode none --count 2000 --rest 0 --out ${join(scratch, 'lab')}`,
    says: /consumed [\d,]+\/s .* exact/,
  },
  'npm run simulate -- pipeline': { more: '--seeds 2 --from 1', says: /2 seeds, .*: every promise held/ },
  'npm run simulate -- dispatcher': { more: '--seeds 2 --from 1', says: /2 seeds, .*: every promise held/ },
  // Minutes, too; test/chaos/chaos.test.ts runs the same.
  'npm run chaos -- --minutes 5': { more: '--help', says: /kafka-freeze/ },
  'npm run soak -- --minutes 60': { more: '--help', says: /memory, handles/ },
  'npm run fuzz': { more: '--inputs 500 --seed 1', says: /environment: \d+ inputs/ },
  'npm run conformance': { more: '--rule tombstone', says: /host: 1 of 1 rules kept/ },
  // A whole run takes minutes and wants the machine for itself.
  'npm run bench -- pipeline': { more: '--help', says: /waits 0/ },
  'npm run profile -- pipeline': { more: '--help', says: /by thread/ },
  'npm run stop': { by: stopInCopy },
  'npm start -- --once': { by: startOnceMore },
};
/** In the table's order: the last ones end what the others use. */
const inOrder = (command: string) => Object.keys(ways).indexOf(command);
const wayOf = (command: string): Way | undefined => (command.startsWith('grpcurl ') ? { by: call } : ways[command]);

/** @param more goes behind npm's two dashes, which are added where they are missing */
async function run(command: string, more = '', environment: Environment = {}, cwd = root): Promise<string> {
  const dashes = more === '' || command.includes(' -- ') ? [] : ['--'];
  const words = [command.replace('<id>', orderId), ...dashes, more].join(' ').trim();
  const [file = '', ...args] = words.split(' ');
  const env = { ...process.env, ...trial.environment, ...environment };
  return (await promisify(execFile)(file, args, { cwd, env })).stdout;
}

/** In a copy of the tree with an engine of its own: the engines here are wanted by others. */
async function stopInCopy(command: string): Promise<void> {
  const copy = join(scratch, 'copy');
  const left = ['node_modules', '.despacho', '.git', '.esbuild', '.serverless', 'reports'];
  cpSync(root, copy, { recursive: true, filter: (path) => !left.includes(relative(root, path)) });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const [smtp, inbox] = [String(await freePort()), String(await freePort())];
  const own = { SMTP_PORT: smtp, INBOX_PORT: inbox, DOCKER_HOST: 'tcp://127.0.0.1:9', DESPACHO_NAMESPACE: '' };
  assert.match(await run(`${process.execPath} infra/engines/up.ts inbox`, '', own, copy), /inbox: started at /);
  assert.match(await run(command, '', own, copy), /Everything is stopped\./);
  assert.match(await run(command, '', own, copy), /No engine was running\./);
}

async function startOnceMore(command: string): Promise<void> {
  await started.pressCtrlC();
  assert.deepEqual(processesOf(trial.settings.namespace), []);
  assert.match(started.said(), /System: ending what is in flight/);
  assert.match(await run(command, '--clock 20'), /12 accepted = 12 finished.*\nClean\./s);
}

type Method = (request: object, answer: (error: Error | null, response: { mensaje: string }) => void) => void;

/** What grpcurl would send, by a client that knows nothing but the published contract. */
async function call(command: string): Promise<void> {
  const [, body = '', service = '', method = ''] = /-d '(.*)' localhost:50051 (\w+)\/(\w+)$/.exec(command) ?? [];
  const contract = loadPackageDefinition(loadSync(join(root, 'proto/pedidos.proto'), { keepCase: true }));
  const Client = contract[service] as unknown as new (...given: unknown[]) => Record<string, Method>;
  const client = new Client(trial.settings.grpcAddress, credentials.createInsecure());
  const { mensaje } = await promisify((client[method] as Method).bind(client))(JSON.parse(body));
  assert.match(mensaje, /^Pedido [0-9a-f-]{36} recibido\./);
}

test('both languages hold the same commands, and each is known here', () => {
  const [english = [], spanish] = [...readmes.values()].map(commandsOf);
  assert.deepEqual(spanish, english);
  assert.deepEqual(
    english.filter((command) => !wayOf(command)),
    [],
  );
  assert.deepEqual(
    Object.keys(ways).filter((command) => !english.includes(command)),
    [],
  );
});

describe('each command does on a running system what is said of it', () => {
  before(async () => {
    trial = await openTrial();
    kibana = await startStandIn();
    started = await npmStart(trial.environment);
    ({ orderId } = await trial.customer.order());
    await trial.customer.watch(orderId);
  });
  after(async () => {
    await started.pressCtrlC();
    await kibana.close();
    await trial.close();
  });

  for (const command of commandsOf(english).sort((one, other) => inOrder(one) - inOrder(other))) {
    test(command.slice(0, 100), async () => {
      const way = wayOf(command);
      assert.ok(way);
      if ('by' in way) await way.by(command);
      else if ('file' in way) assert.ok(read(way.file).includes(way.holds));
      else assert.match(await run(command, way.more, way.environment?.()), way.says);
    });
  }
});

for (const [name, text] of readmes) {
  test(`${name}: every file that it links to is there`, () => {
    const links = [...text.matchAll(/(?:\]\(|src=")([^)"]+)/g)].map(([, link = '']) => link);
    assert.ok(links.length > 5);
    for (const link of links) assert.ok(/^https?:/.test(link) || existsSync(join(root, link)), link);
  });

  test(`${name}: it names every setting, and none that does not exist`, () => {
    const named = new Set([...text.matchAll(/`([A-Z]+_[A-Z_]+)`/g)].map(([, variable]) => variable));
    const ofEngines = engines.flatMap(({ external, ports }) => [external, ...ports.map(({ variable }) => variable)]);
    for (const setting of settingNames) assert.ok(named.has(setting), `${setting} is missing`);
    const known = new Set([...settingNames, ...ofEngines, ...accessVariables]);
    for (const variable of named) assert.ok(known.has(variable ?? ''), variable);
  });
}
