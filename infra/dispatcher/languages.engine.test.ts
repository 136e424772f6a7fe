/** A function in Python, behind AWS's own emulator of its runtime, gets what AWS would give it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, mock, test } from 'node:test';
import { CompressionTypes } from 'kafkajs';
import { type EmulatedFunction, emulated } from '../engines/emulator.fixture.ts';
import { type GuardedKafka, guardedKafka, user } from '../engines/guardedKafka.fixture.ts';
import { type Python, pythonWith } from '../engines/python.fixture.ts';
import { schemaRegistry, type TestRegistry } from '../engines/schemaRegistry.fixture.ts';
import { codecs } from '../kafkajs/codecs.ts';
import { createServedTopics, Kafka, logLevel } from '../kafkajs/kafkajs.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { planOf } from './config/mapping.ts';
import { startDispatcher } from './dispatcher.ts';

const folder = ownFolder({
  'ship.py': `import base64, json
calls = 0

def handler(event, context):
    global calls
    calls += 1
    records = [record for records in event["records"].values() for record in records]
    values = [json.loads(base64.b64decode(record["value"])) for record in records]
    values = [[value["id"], value["to"][:3], len(value["to"])] for value in values]
    print("got " + json.dumps([calls, values, [record["valueSchemaMetadata"]["dataFormat"] for record in records]]), flush=True)
    if calls == 1:
        raise ValueError("not at first")
`,
});

let kafka: GuardedKafka;
let registry: TestRegistry;
let python: Python;
let ship: EmulatedFunction;

before(async () => {
  [kafka, registry, python] = await Promise.all([
    guardedKafka(),
    schemaRegistry(),
    pythonWith('confluent-kafka', 'awslambdaric'),
  ]);
  ship = await emulated(['python3', '-m', 'awslambdaric', 'ship.handler'], { folder, environment: python.environment });
});
after(async () => {
  await Promise.all([ship?.end(), kafka?.end(), registry?.end()]);
});

const schema = {
  type: 'record',
  name: 'Order',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'to', type: 'string' },
  ],
};

/** By Confluent's Python client, through the listener that wants a password, over TLS. */
async function produce(topic: string, values: object[]): Promise<void> {
  const producer = {
    'bootstrap.servers': kafka.password,
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'SCRAM-SHA-512',
    'sasl.username': user.username,
    'sasl.password': user.password,
    'ssl.ca.pem': kafka.authority,
    'compression.type': 'zstd',
    'linger.ms': 50,
  };
  const messages = values.map((value) => ({ value: { format: 'AVRO', schema, value } }));
  const program = readFileSync(join(import.meta.dirname, 'produce.py'), 'utf8');
  await python.run(program, JSON.stringify({ registry: registry.url, producer, topic, messages }));
}

test('a Python function behind a Lambda endpoint gets Avro records from a SASL_SSL cluster, compressed with zstd', async () => {
  const topic = 'orders';
  const admin = new Kafka({ brokers: [kafka.open], logLevel: logLevel.NOTHING }).admin();
  await admin.connect();
  await createServedTopics(admin, [{ topic, numPartitions: 1 }]);
  await produce(topic, [
    // Long enough to be worth compressing: else the client sends it as it is.
    { id: 1, to: 'Ana'.repeat(200) },
    { id: 2, to: 'Zoë'.repeat(200) },
  ]);
  process.env.TEST_LOGIN = JSON.stringify(user);
  process.env.TEST_ROOT = JSON.stringify({ certificate: kafka.authority });
  const event = {
    topic,
    bootstrapServers: [kafka.password],
    accessConfigurations: { saslScram512Auth: 'login', serverRootCaCertificate: 'root' },
    consumerGroupId: 'ship',
  };
  const schemaRegistryConfig = {
    SchemaRegistryURI: registry.url,
    EventRecordFormat: 'JSON',
    SchemaValidationConfigs: [{ Attribute: 'VALUE' }],
  };
  const secrets = { login: { env: 'TEST_LOGIN' }, root: { env: 'TEST_ROOT' } };
  const plan = planOf(
    {
      functions: {
        ship: { name: 'function', runtime: 'python3.13', handler: 'ship.handler', events: [{ kafka: event }] },
      },
      custom: { dispatcher: { endpoint: ship.endpoint, secrets, defaults: { schemaRegistryConfig } } },
    },
    folder,
  );
  const failed: string[] = [];
  const log = { info: () => undefined, warn: (line: string) => void failed.push(line), error: () => undefined };
  const decompress = mock.method(codecs[CompressionTypes.ZSTD] as (typeof codecs)[number], 'decompress');
  const dispatcher = await startDispatcher({ ...plan, log });
  try {
    const values = '[[1, "Ana", 600], [2, "Zo\\u00eb", 600]], ["AVRO", "AVRO"]';
    assert.equal(await ship.said(/^got \[1/), `got [1, ${values}]`);
    assert.equal(await ship.said(/^got \[2/), `got [2, ${values}]`);
  } finally {
    await dispatcher.drain(5000);
  }
  assert.ok(decompress.mock.callCount() > 0, 'they came compressed');
  assert.ok(
    failed.some((line) => line.includes('ValueError: not at first')),
    failed.join('\n'),
  );
  const [group] = await admin.fetchOffsets({ groupId: 'ship', topics: [topic] });
  assert.equal(group?.partitions[0]?.offset, '2');
  await admin.disconnect();
});
