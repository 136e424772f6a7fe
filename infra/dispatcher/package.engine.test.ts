/** The dispatcher as somebody else gets it: packed, installed into an empty project, and started there. */

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { before, test } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../engines/freePort.ts';
import { ownTopics } from '../kafkajs/ownTopics.fixture.ts';
import { brokers, testEntry } from '../kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { ownProcess } from '../ownProcess.fixture.ts';
import { testRunners } from './testing/runners.fixture.ts';

const root = join(import.meta.dirname, '..', '..');
const bin = join(root, 'node_modules', '.bin');
const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
const { topic, send } = ownTopics('package', { partitions: 2 });
const project = ownFolder();
const execute = promisify(execFile);

const serverlessYml = `service: tiny
provider: { name: aws, runtime: nodejs22.x, region: us-east-1 }
plugins: [serverless-kafka-dispatcher, serverless-offline]
custom: { dispatcher: ${JSON.stringify(testEntry())} }
functions:
  greet:
    handler: greet.handler
    events:
      - kafka: { topic: ${topic}, bootstrapServers: ['${brokers[0]}'], accessConfigurations: { vpcSubnet: [subnet-0] }, batchSize: 10, maximumBatchingWindow: 0 }
`;

const handler = `exports.handler = async (event) => {
  for (const record of Object.values(event.records).flat()) console.log('hello ' + Buffer.from(record.value, 'base64'));
};
`;

/** What a program of somebody else may write, and what its compiler must refuse. */
const program = `import Plugin from 'serverless-kafka-dispatcher';
import { startDispatcher } from 'serverless-kafka-dispatcher/dispatcher';
import { planOf } from 'serverless-kafka-dispatcher/mapping';
const plan = planOf({ functions: {} }, '.');
const dispatcher = await startDispatcher({ ...plan, log: { info: console.log, warn: console.warn, error: console.error } });
const { abandoned } = await dispatcher.drain(1000);
// @ts-expect-error: it is a number
export const wrong: string = abandoned;
export const hooks = (plugin: Plugin) => plugin.hooks;
`;

async function compile(): Promise<void> {
  writeFileSync(join(project, 'program.mts'), program);
  const types = join(project, 'node_modules', '@types');
  rmSync(types, { recursive: true, force: true });
  symlinkSync(join(root, 'node_modules', '@types'), types);
  const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
  await execute('tsc', [...flags, 'program.mts'], { cwd: project, env }).catch(({ stdout }) => assert.fail(stdout));
  // Who works below has those of its own.
  rmSync(types);
}

async function packInto(folder: string): Promise<string> {
  const pack = ['pack', '--json', '--pack-destination', folder];
  const { stdout } = await execute('npm', pack, { cwd: import.meta.dirname, env });
  const [{ filename }] = JSON.parse(stdout.slice(stdout.indexOf('['))) as [{ filename: string }];
  return join(folder, filename);
}

before(
  async () => {
    writeFileSync(join(project, 'package.json'), '{ "name": "tiny", "private": true }');
    const flags = ['--no-audit', '--no-fund', '--omit=peer'];
    await execute('npm', ['install', ...flags, await packInto(project)], { cwd: project, env });
  },
  { timeout: 180_000 },
);

test('the packed plugin runs a plain handler in an empty project', { timeout: 180_000 }, async () => {
  writeFileSync(join(project, 'serverless.yml'), serverlessYml);
  writeFileSync(join(project, 'greet.js'), handler);
  symlinkSync(join(root, 'node_modules', 'serverless-offline'), join(project, 'node_modules', 'serverless-offline'));
  await compile();
  const ports = ['--lambdaPort', `${await freePort()}`, '--httpPort', `${await freePort()}`];
  const child = ownProcess([join(bin, 'serverless'), 'offline', 'start', ...ports], { cwd: project, env });
  let output = '';
  const heard = (text: string) =>
    new Promise<void>((resolve, reject) => {
      const hear = (chunk?: Buffer) => {
        output += chunk ?? '';
        if (output.includes(text)) resolve();
      };
      child.stdout.on('data', hear);
      child.stderr.on('data', hear);
      child.once('exit', () => reject(new Error(`ended without "${text}":\n${output}`)));
      hear();
    });
  try {
    await send('world');
    await heard('hello world');
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await gone;
    assert.equal(code, 0);
    assert.match(output, /drained in \d+ ms/);
  } finally {
    child.kill('SIGKILL');
  }
});

test('the packed command reads a SAM template, and prints an event', { timeout: 60_000 }, async () => {
  const event = `{ Type: SelfManagedKafka, Properties: { KafkaBootstrapServers: ['${brokers[0]}'], Topics: [${topic}], StartingPosition: LATEST } }`;
  const template = `Resources: { Greet: { Type: AWS::Serverless::Function, Properties: { Handler: greet.handler, Runtime: nodejs22.x, Events: { Kafka: ${event} } } } }`;
  writeFileSync(join(project, 'template.yaml'), template);
  const command = join(project, 'node_modules', '.bin', 'kafka-dispatcher');
  const flags = ['--template', 'template.yaml'];
  const planned = await execute(command, [...flags, '--plan', '--json'], { cwd: project, env });
  assert.equal(JSON.parse(planned.stdout).mappings[0].id, `Greet:${topic}`);
  const printed = await execute(command, ['event', ...flags, '--from', 'sample'], { cwd: project, env });
  assert.deepEqual(Object.keys(JSON.parse(printed.stdout).records), [`${topic}-0`]);
});

test('the package wants the versions that it is tested with', () => {
  const read = (folder: string) =>
    JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).dependencies as Record<string, string>;
  const [own, project] = [read(import.meta.dirname), read(root)];
  for (const [name, version] of Object.entries(own)) assert.equal(version, project[name], name);
});

testRunners(project);
