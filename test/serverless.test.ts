/** What serverless itself makes of serverless.yml: each function alone with its sample, and on a Lambda endpoint. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { parse } from 'yaml';
import { readLabSettings } from '../functions/messages/settings.ts';
import { up } from '../infra/engines/up.ts';
import { startScreen } from '../scripts/lab/screen/server.ts';
import { inspections } from '../scripts/lab/stores/inspections.ts';
import { freePorts, processesOf, startOffline } from './offline.ts';
import { root, serverlessProgram } from './system/service.ts';
import { type Environment, openTrial, type Trial } from './system/trial.ts';
import { openWorld } from './system/world.ts';

type Service = { functions: Record<string, { handler: string; events?: object[]; package?: { patterns: string[] } }> };

const read = (path: string) => readFileSync(join(root, path), 'utf8');
const { functions } = parse(read('serverless.yml')) as Service;
const samples = new Map(
  globSync('functions/*/samples/*.json', { cwd: root }).map((path) => [basename(path, '.json'), path]),
);
/** The samples tell one order's life in this order; whatever comes after its end must change nothing. */
const life = ['process', 'prepare', 'ship', 'deliver', 'complete', 'setback', 'cancel', 'notify'];
const others = Object.keys(functions).filter((name) => !life.includes(name));
/** Called with an HTTP request instead of records. */
const isWeb = (name: string) => functions[name]?.handler.startsWith('functions/console/');

/** A function that keeps what it got says that nothing is to be delivered again. */
function assertGood(name: string, answer: { statusCode?: number }): void {
  if (isWeb(name)) assert.equal(answer.statusCode, 200);
  else assert.deepEqual(answer, { batchItemFailures: [] });
}

const ports = await freePorts();
let [trial, environment] = [] as unknown as [Trial, Environment];
let screen: Awaited<ReturnType<typeof startScreen>>;

before(async () => {
  screen = await startScreen(0);
  const engines = await up(['postgres', 'ignite']);
  trial = await openTrial();
  const tells = Object.assign({}, ...engines.map((engine) => engine.tells));
  environment = { ...tells, ...trial.environment, LAB_SCREEN_URL: screen.url };
  // The topics and indices, as a system that ran before leaves them.
  await (await openWorld(trial.settings)).close();
});

after(async () => {
  const settings = readLabSettings(environment);
  for (const inspect of Object.values(inspections)) {
    const store = inspect(settings);
    await store.renew();
    await store.close();
  }
  await trial.close();
  await screen.close();
  rmSync(join(root, '.esbuild', `${trial.settings.namespace}functions`), { recursive: true, force: true });
});

async function serverless(args: readonly string[], more: Environment = {}): Promise<string> {
  const env = { ...process.env, ...environment, ...more };
  const run = promisify(execFile)(process.execPath, [serverlessProgram, ...args], { cwd: root, env });
  return (await run).stdout;
}

test('every function has a sample, and every sample a function', () => {
  assert.deepEqual([...samples.keys()].sort(), Object.keys(functions).sort());
});

/**
 * One of those that a README names, an e-mail and the page: bundling a function costs seconds, and the endpoint below
 * answers for all of them.
 */
const alone = ['ship', 'notify', 'page'];

/** Those two make the order ready that `ship` moves. */
async function makeReady(): Promise<void> {
  const calls = ['process', 'prepare'].map((name) => {
    const module = JSON.stringify(join(root, `functions/orders/${name}.ts`));
    return `await (await import(${module})).handler(${read(samples.get(name) ?? '')}, { awsRequestId: 'ready' })`;
  });
  const script = `console.log(JSON.stringify([${calls}])); process.exit()`;
  const env = { ...process.env, ...environment };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
  for (const answer of JSON.parse(stdout)) assertGood('process', answer);
}

describe('serverless invoke local', { concurrency: 1 }, () => {
  before(makeReady);
  for (const name of alone) {
    test(`${name} answers to its sample`, async () => {
      const answer = await serverless(['invoke', 'local', '-f', name, '-p', samples.get(name) ?? '']);
      assertGood(name, JSON.parse(answer));
    });
  }
});

test('a function alone says within seconds that no system has made its topics yet', async () => {
  const since = performance.now();
  const ship = ['invoke', 'local', '-f', 'ship', '-p', samples.get('ship') ?? ''];
  await assert.rejects(serverless(ship, { DESPACHO_NAMESPACE: `nowhere-${trial.settings.namespace}` }), {
    stdout: /no topic nowhere-\S+orders\.placed .*npm start/s,
  });
  assert.ok(performance.now() - since < 30_000);
});

test('serverless offline start answers the AWS SDK for each function, and Ctrl-C ends it and leaves nothing', async () => {
  const system = await startOffline(environment, ports);
  const ended = once(system, 'exit');
  try {
    assert.equal((await fetch(`http://127.0.0.1:${ports.httpPort}`)).status, 200, 'the console knows its port');
    const endpoint = `http://127.0.0.1:${ports.lambdaPort}`;
    const credentials = { accessKeyId: 'offline', secretAccessKey: 'offline' };
    const client = new LambdaClient({ endpoint, region: 'us-east-1', credentials });
    for (const name of [...life, ...others]) {
      // The samples ask for the console where it usually is.
      const sample = read(samples.get(name) ?? '')
        .replaceAll(':3000', `:${ports.httpPort}`)
        .replaceAll(':3001', `:${ports.websocketPort}`);
      const answer = await client.send(new InvokeCommand({ FunctionName: `despacho-dev-${name}`, Payload: sample }));
      const text = Buffer.from(answer.Payload ?? []).toString();
      assert.equal(answer.FunctionError, undefined, `${name}: ${text}`);
      assertGood(name, JSON.parse(text));
    }
  } finally {
    system.kill('SIGINT');
    await ended;
  }
  assert.deepEqual(await ended, [0, null]);
  assert.deepEqual(processesOf(trial.settings.namespace), []);
  assert.ok(!existsSync(join(root, '.despacho/system', `${trial.settings.namespace}system.pid`)));
});
