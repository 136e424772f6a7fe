/** What the host answers without Kafka. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../ownFolder.fixture.ts';

const folder = ownFolder();

const config = join(folder, 'service.json');
const kafka = { topic: 'orders', bootstrapServers: ['127.0.0.1:1'], accessConfigurations: { vpcSubnet: ['subnet-0'] } };
writeFileSync(join(folder, 'greet.js'), 'exports.handler = async () => undefined;\n');
writeFileSync(config, JSON.stringify({ functions: { greet: { handler: 'greet.handler', events: [{ kafka }] } } }));

const host = (...flags: string[]) =>
  spawnSync(
    process.execPath,
    [join(import.meta.dirname, 'host.ts'), '--directory', folder, '--config', config, ...flags],
    {
      encoding: 'utf8',
    },
  );

test('host: the plan as JSON is all that stands on standard output', () => {
  const { status, stdout } = host('--plan', '--json');
  const { brokers, mappings } = JSON.parse(stdout);
  assert.deepEqual([status, brokers, mappings.length], [0, ['127.0.0.1:1'], 1]);
  assert.deepEqual([mappings[0].id, mappings[0].batchSize], ['greet:orders', 100]);
});

test('host: a form of log that there is not is refused, naming those that there are', () => {
  const { status, stderr } = host('--log', 'yaml');
  assert.equal(status, 2);
  assert.match(stderr, /--log is one of text and json/);
});

test('host: a template, with parameters, brokers and settings beside it', () => {
  const template = join(folder, 'template.yaml');
  const event = '{ Type: MSK, Properties: { Stream: !Ref Main, Topics: [!Ref Topic], StartingPosition: LATEST } }';
  writeFileSync(
    template,
    `Parameters: { Topic: { Type: String } }
Resources:
  Greet:
    Type: AWS::Serverless::Function
    Properties: { Handler: greet.handler, Runtime: nodejs22.x, Events: { Kafka: ${event} } }
`,
  );
  const settings = join(folder, 'settings.yml');
  writeFileSync(settings, 'custom: { dispatcher: { functions: { Greet: { maximumRetryAttempts: 2 } } } }');
  const flags = ['--template', 'template.yaml', '--brokers', 'b:1', '--settings', settings, '--plan', '--json'];
  const { status, stdout, stderr } = host(...flags, '--parameters', 'Topic=orders');
  assert.equal(status, 0, stderr);
  const { brokers, mappings } = JSON.parse(stdout);
  assert.deepEqual([brokers, mappings.length], [['b:1'], 1]);
  assert.deepEqual([mappings[0].topic, mappings[0].maximumRetryAttempts], ['orders', 2]);
  const unsaid = host(...flags);
  assert.deepEqual([unsaid.status, /Topics\.0: is \{"Ref":"Topic"\}/.test(unsaid.stderr)], [2, true], unsaid.stderr);
  assert.match(host('--template', 'nowhere.yaml').stderr, /--template: there is no .*nowhere\.yaml/);
});
