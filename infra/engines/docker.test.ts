import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { dockerIsMissing, upCommands } from './docker.ts';
import { findProgram } from './java.ts';

/** What the real client says where there is one; without it, nothing else can be said. */
const expected = (said: RegExp) => (findProgram('docker') ? said : /no docker program is on the PATH/);

/** As much of a Docker engine as answers what version it is. */
async function engine(context: TestContext): Promise<string> {
  const version = { ApiVersion: '1.44', MinAPIVersion: '1.24', Version: '25.0.0', Os: 'linux', Arch: 'amd64' };
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json', 'api-version': '1.44' }).end(JSON.stringify(version));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close().closeAllConnections());
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('a client whose engine does not answer is no Docker', async () => {
  const why = await dockerIsMissing({ DOCKER_HOST: 'tcp://127.0.0.1:9' });
  assert.match(why ?? '', expected(/Cannot connect to the Docker daemon at tcp:\/\/127\.0\.0\.1:9/));
});

test('an engine that answers is enough only with the compose plugin', async (context) => {
  const why = await dockerIsMissing({
    DOCKER_HOST: await engine(context),
    DOCKER_CONFIG: import.meta.dirname,
  });
  if (why !== undefined) assert.match(why, expected(/compose/));
});

test('containers are named to compose one by one, under the profile of their Kafka', () => {
  const kraft = upCommands(['kafka', 'redis']);
  assert.equal(kraft.waitFor.length, 1);
  assert.match(kraft.waitFor[0]?.join(' ') ?? '', /compose\.yaml --profile kraft up -d --wait kafka redis$/);
  assert.match(kraft.pages.join(' '), /--profile kraft up -d kafka-ui dashboards$/);
  const old = upCommands(['zookeeper', 'kafka-zookeeper', 'ignite']).waitFor.map((command) => command.join(' '));
  assert.match(old[0] ?? '', /--profile zookeeper up -d --wait zookeeper kafka-zookeeper ignite$/);
  assert.match(old[1] ?? '', /--profile zookeeper run --rm ignite-activate$/);
});
