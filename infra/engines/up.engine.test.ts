import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test } from 'node:test';
import { nodesOf } from './catalogue.ts';
import { down } from './down.ts';
import { redisSays, startElsewhere, trialOf } from './engines.fixture.ts';
import { isGone } from './processGroup.ts';
import { up } from './up.ts';

test('an engine that runs is taken over at once', async (context) => {
  const trial = await trialOf(context, 'redis');
  const first = await trial.up('redis');
  const group = await trial.group('redis');

  const second = await trial.up('redis');

  assert.equal(first.outcome, 'started');
  assert.equal(second.outcome, 'running');
  assert.equal(await trial.group('redis'), group);
  context.diagnostic(`taken over in ${second.seconds.toFixed(2)} s`);
});

test('a taken port is told in one sentence: who has it, and what to do', async (context) => {
  const trial = await trialOf(context, 'redis');
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
  const trial = await trialOf(context, 'redis');
  await assert.rejects(
    trial.up('redis', { REDIS_PORT: 'abc' }),
    /^EngineFault: redis: REDIS_PORT is "abc", not a port/,
  );
});

test('two starts at the same time start one engine', async (context) => {
  const trial = await trialOf(context, 'redis');
  const { home, environment } = trial;
  const starts = [1, 2, 3].map(() => startElsewhere({ home, environment }, 'redis'));
  await Promise.all(starts.map(({ child }) => once(child, 'close')));

  const outcomes = starts.map(({ said }) => said().trim().split('\n').at(-1));
  assert.deepEqual(outcomes.sort(), ['running', 'running', 'started']);
});

test('an engine with other settings is replaced, and keeps its data', async (context) => {
  const trial = await trialOf(context, 'redis', 'inbox');
  const { address } = await trial.up('redis');
  await redisSays(address, (client) => client.set('order', 'shipped'));
  const before = await trial.group('redis');

  const moved = await trial.up('redis', { REDIS_PORT: String(trial.environment.SMTP_PORT) });

  assert.equal(moved.outcome, 'replaced');
  assert.ok(await isGone(before, 1));
  assert.equal(await redisSays(moved.address, (client) => client.get('order')), 'shipped');
});

test('an engine that somebody else runs is used, and never stopped', async (context) => {
  const theirs = await trialOf(context, 'redis');
  const ours = await trialOf(context, 'redis');
  const { address } = await theirs.up('redis');

  const ready = await ours.up('redis', { REDIS_URL: address });

  assert.equal(ready.outcome, 'external');
  assert.deepEqual(ready.tells, { REDIS_URL: address });
  assert.deepEqual(await down(['redis'], ours.options), []);
  assert.equal(await redisSays(address, (client) => client.ping()), 'PONG');
});

test('nothing is left when the engines are stopped', async (context) => {
  const trial = await trialOf(context, 'redis', 'inbox');
  await up(['redis', 'inbox'], trial.options);
  const groups = [await trial.group('redis'), await trial.group('inbox')];

  const stopped = await down(['redis', 'inbox'], trial.options);

  assert.deepEqual(stopped.sort(), ['inbox', 'redis']);
  for (const group of groups) assert.ok(await isGone(group, 0));
  assert.deepEqual(await down(['redis', 'inbox'], trial.options), []);
});

test('a sentinel that was left makes no cluster, and whoever ends Redis ends its nodes', async (context) => {
  const trial = await trialOf(context, 'redis', ...nodesOf('redis').map(({ name }) => name));
  await trial.up('redis-sentinel-1');
  const ready = await up(['redis'], trial.options);
  assert.deepEqual(
    ready.map(({ name }) => name),
    ['redis'],
  );

  await trial.up('redis-2');
  assert.deepEqual(await down(['redis'], trial.options), ['redis-2']);
});
