/** What the host answers without Kafka. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const folder = mkdtempSync(join(tmpdir(), 'host-'));
after(() => rmSync(folder, { recursive: true, force: true }));

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
