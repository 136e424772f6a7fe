import assert from 'node:assert/strict';
import { test } from 'node:test';
import { privateEngines } from './engines.fixture.ts';
import { up } from './up.ts';

test('where containers are preferred and no Docker answers, the engines start here, and the reason is told', async (context) => {
  const engines = await privateEngines('redis');
  context.after(() => engines.end());
  const environment = { ...engines.environment, DOCKER_HOST: 'tcp://127.0.0.1:9' };
  const [ready] = await up(['redis'], { ...engines.options, environment, containers: true });
  assert.equal(ready?.outcome, 'started');
  assert.match(engines.said[0] ?? '', /^containers: not used: .*docker/s);
});
