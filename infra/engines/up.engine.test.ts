import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, watch, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Redis } from 'ioredis';
import { down } from './down.ts';
import { isGone } from './processGroup.ts';
import { privateEngines } from './trial.ts';
import { up } from './up.ts';

async function prepare(context: TestContext, ...names: string[]) {
  const trial = await privateEngines(...names);
  context.after(() => trial.end());
  return trial;
}

async function redisSays<T>(address: string, ask: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(address);
  try {
    return await ask(client);
  } finally {
    client.disconnect();
  }
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** A process that calls `up` as a command would, and ends when it is told to or killed. */
function startElsewhere(options: object, name: string) {
  const script = `
    import { up } from ${JSON.stringify(join(import.meta.dirname, 'up.ts'))};
    const [ready] = await up(['${name}'], { ...${JSON.stringify(options)}, progress: console.log });
    console.log(ready.outcome);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
  return { child, said: () => said };
}

test('an engine that runs is taken over at once', async (context) => {
  const trial = await prepare(context, 'redis');
  const first = await trial.up('redis');
  const group = await trial.group('redis');

  const second = await trial.up('redis');

  assert.equal(first.outcome, 'started');
  assert.equal(second.outcome, 'running');
  assert.equal(await trial.group('redis'), group);
  context.diagnostic(`taken over in ${second.seconds.toFixed(2)} s`);
});

test('a killed engine is started again by the next start, and has its data', async (context) => {
  const trial = await prepare(context, 'redis');
  const { address } = await trial.up('redis');
  await redisSays(address, (client) => client.set('order', 'shipped'));
  const group = await trial.group('redis');
  process.kill(group, 'SIGKILL');
  await isGone(group, 5);

  const { outcome } = await trial.up('redis');

  assert.equal(outcome, 'started');
  assert.equal(await redisSays(address, (client) => client.get('order')), 'shipped');
});

test('a process id that is a stranger by now is neither taken for the engine nor stopped', async (context) => {
  const trial = await prepare(context, 'redis');
  await trial.up('redis');
  await down(['redis'], trial.options);
  const stranger = spawn('sleep', ['600'], { detached: true });
  context.after(() => stranger.kill());
  await once(stranger, 'spawn');
  const record = join(trial.home, 'run', 'redis.pid');
  await writeFile(record, `${stranger.pid} 0123456789abcdef\n`);

  assert.deepEqual(await down(['redis'], trial.options), []);
  await writeFile(record, `${stranger.pid} 0123456789abcdef\n`);
  const { outcome } = await trial.up('redis');

  assert.equal(outcome, 'started');
  assert.notEqual(await trial.group('redis'), stranger.pid);
  assert.ok(isThere(stranger.pid ?? 0));
});

test('a taken port is told in one sentence: who has it, and what to do', async (context) => {
  const trial = await prepare(context, 'redis');
  const server = createServer().listen(Number(trial.environment.REDIS_PORT), '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());

  await assert.rejects(trial.up('redis'), (fault: Error) => {
    assert.equal(fault.name, 'EngineFault');
    assert.match(
      fault.message,
      /^redis: Port \d+, which Redis 7 needs, is taken by `node .+` \(process \d+\)\. Stop that program,/,
    );
    assert.ok(fault.message.includes(`Port ${trial.environment.REDIS_PORT},`));
    assert.ok(fault.message.includes(`(process ${process.pid})`));
    assert.ok(fault.message.endsWith('set REDIS_PORT to a free port, or set REDIS_URL if it is the engine to use.'));
    return true;
  });
});

test('a port that is none is refused by its name', async (context) => {
  const trial = await prepare(context, 'redis');
  await assert.rejects(
    trial.up('redis', { REDIS_PORT: 'abc' }),
    /^EngineFault: redis: REDIS_PORT is "abc", not a port/,
  );
});

test('two starts at the same time start one engine', async (context) => {
  const trial = await prepare(context, 'redis');
  const { home, environment } = trial;
  const starts = [1, 2, 3].map(() => startElsewhere({ home, environment }, 'redis'));
  await Promise.all(starts.map(({ child }) => once(child, 'close')));

  const outcomes = starts.map(({ said }) => said().trim().split('\n').at(-1));
  assert.deepEqual(outcomes.sort(), ['running', 'running', 'started']);
});

test('an engine with other settings is replaced, and keeps its data', async (context) => {
  const trial = await prepare(context, 'redis', 'inbox');
  const { address } = await trial.up('redis');
  await redisSays(address, (client) => client.set('order', 'shipped'));
  const before = await trial.group('redis');

  const moved = await trial.up('redis', { REDIS_PORT: String(trial.environment.SMTP_PORT) });

  assert.equal(moved.outcome, 'started');
  assert.ok(await isGone(before, 1));
  assert.equal(await redisSays(moved.address, (client) => client.get('order')), 'shipped');
});

test('an engine that somebody else runs is used, and never stopped', async (context) => {
  const theirs = await prepare(context, 'redis');
  const ours = await prepare(context, 'redis');
  const { address } = await theirs.up('redis');

  const ready = await ours.up('redis', { REDIS_URL: address });

  assert.equal(ready.outcome, 'external');
  assert.deepEqual(ready.tells, { REDIS_URL: address });
  assert.deepEqual(await down(['redis'], ours.options), []);
  assert.equal(await redisSays(address, (client) => client.ping()), 'PONG');
});

test('a start that is killed while Kafka starts leaves a Kafka that the next start takes over', async (context) => {
  const trial = await prepare(context, 'kafka');
  const { home, environment } = trial;
  const runs = join(home, 'run');
  await mkdir(runs);
  const changes = watch(runs);
  const { child } = startElsewhere({ home, environment }, 'kafka');
  for await (const { filename } of changes) if (filename === 'kafka.pid') break;
  child.kill('SIGKILL');
  await once(child, 'close');
  const group = await trial.group('kafka');

  const { outcome } = await trial.up('kafka');

  assert.equal(outcome, 'running');
  assert.equal(await trial.group('kafka'), group);
});

test('Kafka killed with -9 is ready again, and has its topics', async (context) => {
  const trial = await prepare(context, 'kafka');
  const { address } = await trial.up('kafka');
  const { Kafka, logLevel } = (await import('kafkajs')).default;
  const kafka = new Kafka({ brokers: [address], logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  await admin.createTopics({ topics: [{ topic: 'orders' }], waitForLeaders: true });
  await admin.disconnect();
  const group = await trial.group('kafka');
  process.kill(group, 'SIGKILL');
  await isGone(group, 5);

  const { outcome, seconds } = await trial.up('kafka');
  context.diagnostic(`ready again after ${seconds.toFixed(1)} s`);

  await admin.connect();
  context.after(() => admin.disconnect());
  assert.equal(outcome, 'started');
  assert.ok((await admin.listTopics()).includes('orders'));
});

test('nothing is left when the engines are stopped', async (context) => {
  const trial = await prepare(context, 'redis', 'inbox');
  await up(['redis', 'inbox'], trial.options);
  const groups = [await trial.group('redis'), await trial.group('inbox')];

  const stopped = await down(['redis', 'inbox'], trial.options);

  assert.deepEqual(stopped.sort(), ['inbox', 'redis']);
  for (const group of groups) assert.ok(await isGone(group, 0));
  assert.deepEqual(await down(['redis', 'inbox'], trial.options), []);
});
