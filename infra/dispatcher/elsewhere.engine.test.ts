/** Functions in other languages and emulators: what AWS's libraries read of an event there, and that a failure comes back. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { CreateFunctionCommand, LambdaClient, type Runtime } from '@aws-sdk/client-lambda';
import type { Admin } from 'kafkajs';
import { emulated } from '../engines/emulator.fixture.ts';
import { findProgram, java, javaHome } from '../engines/java.ts';
import { download, pomOf } from '../engines/maven.ts';
import { miniStack } from '../engines/ministack.fixture.ts';
import { pythonWith } from '../engines/python.fixture.ts';
import { usualHome } from '../engines/site.ts';
import { createServedTopics } from '../kafkajs/kafkajs.ts';
import { brokers, kafkaLogin, testKafka } from '../kafkajs/testKafka.fixture.ts';
import { planOf } from './config/mapping.ts';
import { startDispatcher } from './dispatcher.ts';
import { clientConfig } from './invoke/awsClient.ts';

const call = promisify(execFile);
const kafka = testKafka();
const sources = join(import.meta.dirname, 'languages');
let folder: string;
let admin: Admin;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'elsewhere-'));
  admin = kafka.admin();
  await admin.connect();
});
after(async () => {
  await admin.disconnect();
  rmSync(folder, { recursive: true });
});

/** A function that is called `function`, which tells what it gets, and fails the first time. */
type Elsewhere = Readonly<{
  endpoint: string;
  lines(): readonly string[];
  /** Resolves when it has told of its second call. */
  gotTwice(): Promise<unknown>;
  end(): Promise<void>;
}>;

const second = /^got 2 .*/m;

async function behindEmulator(command: readonly string[]): Promise<Elsewhere> {
  const { lines, said, ...started } = await emulated(command, { folder });
  return { ...started, lines: () => lines, gotTwice: () => said(second) };
}

async function inGo(): Promise<Elsewhere> {
  const program = join(folder, 'bootstrap');
  await call('go', ['build', '-C', sources, '-tags', 'lambda.norpc', '-o', program, '.']);
  return behindEmulator([program]);
}

const javac = join(javaHome() ?? '', 'bin/javac');

async function inJava(): Promise<Elsewhere> {
  const downloads = join(usualHome, 'downloads');
  await download('lambda-java', 'copy-dependencies', { downloads, progress: () => undefined });
  const jars = join(pomOf('lambda-java', downloads).folder, '*');
  await call(javac, ['-cp', jars, '-d', folder, join(sources, 'Ship.java')]);
  const options = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', `${jars}:${folder}`];
  const client = 'com.amazonaws.services.lambda.runtime.api.client.AWSLambda';
  return behindEmulator([java(), ...options, client, 'Ship::handleRequest']);
}

/** Prints a file in base64 as the only one in a zip. */
const zipped = `import base64, io, os, sys, zipfile
out = io.BytesIO()
with zipfile.ZipFile(out, 'w') as archive:
    archive.write(sys.argv[1], os.path.basename(sys.argv[1]))
print(base64.b64encode(out.getvalue()).decode())`;

/** It ends the process of a function that has failed, so the function counts in its file. */
async function inMiniStack(source: string, runtime: Runtime): Promise<Elsewhere> {
  const { endpoint, end } = await miniStack();
  const told = join(folder, 'told.txt');
  const python = await pythonWith();
  const code = await python.run(zipped, join(sources, source));
  const client = new LambdaClient(clientConfig(endpoint));
  const command = new CreateFunctionCommand({
    FunctionName: 'function',
    Runtime: runtime,
    Handler: 'ship.handler',
    Role: 'arn:aws:iam::000000000000:role/ship',
    Timeout: 10,
    Code: { ZipFile: Buffer.from(code, 'base64') },
    Environment: { Variables: { TOLD: told } },
  });
  await client.send(command).finally(() => client.destroy());
  writeFileSync(told, '');
  const text = () => readFileSync(told, 'utf8');
  // Before the first look: what is written between the two is seen.
  const changes = watch(told);
  return {
    endpoint,
    lines: () => text().split('\n'),
    async gotTwice() {
      while (!second.test(text())) await once(changes, 'change');
    },
    async end() {
      changes.close();
      await end();
    },
  };
}

const python = findProgram('python3') ? false : 'left out: there is no `python3` on the PATH';
const places = [
  {
    place: "in Go behind AWS's emulator",
    start: inGo,
    missing: findProgram('go') ? python : 'left out: there is no `go` on the PATH',
  },
  {
    place: "in Java behind AWS's emulator",
    start: inJava,
    missing: existsSync(javac) && findProgram('mvn') ? python : 'left out: there is no JDK, or no `mvn` on the PATH',
  },
  { place: 'in Python in MiniStack', start: () => inMiniStack('ship.py', 'python3.13'), missing: python },
  { place: 'in JavaScript in MiniStack', start: () => inMiniStack('ship.mjs', 'nodejs22.x'), missing: python },
];

const functionsOf = (topic: string) => ({
  ship: {
    name: 'function',
    runtime: 'provided.al2023',
    timeout: 10,
    events: [{ kafka: { topic, bootstrapServers: brokers, consumerGroupId: topic, maximumBatchingWindow: 0.1 } }],
  },
});

async function send(topic: string): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ value: 'Zoë', headers: { by: 'Inés' } }] });
  await producer.disconnect();
}

for (const [at, { place, start, missing }] of places.entries()) {
  test(`a function ${place} gets its record, and gets it again when it has failed`, { skip: missing }, async () => {
    const topic = `elsewhere-${at}-${Date.now().toString(36)}`;
    await createServedTopics(admin, [{ topic, numPartitions: 1 }]);
    const ship = await start();
    const plan = planOf({ functions: functionsOf(topic) }, folder, { endpoint: ship.endpoint });
    const failed: string[] = [];
    // A broker that has just begun lets a consumer crash first, which is told, too.
    const warn = (line: string) => void (/records failed/.test(line) && failed.push(line));
    const log = { info: () => undefined, warn, error: () => undefined };
    const dispatcher = await startDispatcher({ ...plan, access: kafkaLogin, log });
    try {
      await send(topic);
      await ship.gotTwice();
    } finally {
      await dispatcher.drain(5000);
      await ship.end();
    }
    const got = ship.lines().filter((line) => line.startsWith('got '));
    assert.deepEqual(got, ['got 1 Zoë at 0, by Inés', 'got 2 Zoë at 0, by Inés']);
    assert.equal(failed.length, 1, failed.join('\n'));
    assert.match(failed[0] ?? '', /not at first/);
    const [group] = await admin.fetchOffsets({ groupId: topic, topics: [topic] });
    assert.equal(group?.partitions[0]?.offset, '1');
    await admin.deleteTopics({ topics: [topic] });
  });
}
