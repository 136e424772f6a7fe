/** The README's examples, each in its runner, in a project below one that has the packed package from nowhere but its file. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { before, describe, test } from 'node:test';
import { promisify } from 'node:util';

const folder = join(import.meta.dirname, '..');
const root = join(folder, '..', '..');
const execute = promisify(execFile);
/** Of a test within a test Node's runner would say nothing. */
const { NODE_TEST_CONTEXT: _, ...outer } = process.env;
const env = { ...outer, PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}` };
const runners = ['vitest@5.1.1', 'jest@30.5.2'];

const serverlessYml = `service: shop
provider: { name: aws, runtime: nodejs22.x }
functions:
  ship:
    handler: ship.handler
    events: [{ kafka: { topic: orders, bootstrapServers: ['127.0.0.1:9092'], accessConfigurations: { vpcSubnet: [subnet-0] }, onFailureDestination: kafka://orders.dead } }]
  report:
    handler: ship.handler
    events: [{ kafka: { topic: reports, bootstrapServers: ['127.0.0.1:9092'], accessConfigurations: { vpcSubnet: [subnet-0] }, maximumBatchingWindow: 300 } }]
custom:
  dispatcher:
    functions:
      ship: { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 }
`;

const handler = `export const handler = async (event) => {
  for (const { value } of Object.values(event.records).flat()) {
    const { address } = JSON.parse(Buffer.from(value, 'base64'));
    if (!address) throw new Error('an order without an address');
  }
};
`;

/** What a test in TypeScript may write, and what its compiler must refuse. */
const program = `
import { type FunctionCall, trigger } from 'serverless-kafka-dispatcher/testing';
const ship = await trigger(async (event: { records: object }) => event, { events: [], dispatcher: { ordering: 'key' } });
const calls: readonly FunctionCall[] = await ship.deliver([{ key: 'k', value: { any: 1 } }], { within: 1 });
export const first: number | undefined = calls[0]?.attempt;
// @ts-expect-error: a record is no number
ship.send([1]);
`;

/** By the file that its first line names. */
const examples = new Map(
  [...readFileSync(join(folder, 'README.md'), 'utf8').matchAll(/```js\n(\/\/ (\S+): .*\n[\s\S]*?)```/g)].map(
    ([, text = '', file = '']) => [file, text],
  ),
);

const limit = { timeout: 300_000 };

/** @param parent of the project: it has the packed package */
export const testRunners = (parent: string) =>
  describe("the README's examples", () => {
    const project = join(parent, 'shop');
    const run = (file: string, args: string[], more: Record<string, string> = {}) =>
      execute(file, args, { cwd: project, env: { ...env, ...more } }).catch(({ stdout, stderr }) =>
        assert.fail(`${stdout}\n${stderr}`),
      );
    before(async () => {
      mkdirSync(project);
      writeFileSync(join(project, 'package.json'), '{ "name": "shop", "private": true, "type": "module" }');
      writeFileSync(join(project, 'serverless.yml'), serverlessYml);
      writeFileSync(join(project, 'ship.js'), handler);
      for (const [file, text] of examples) writeFileSync(join(project, file), text);
      await run('npm', ['install', '--no-audit', '--no-fund', ...runners]);
    }, limit);

    test("the README's example runs in node:test", limit, async () => {
      const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', 'ship.test.mjs']);
      assert.match(stdout, /# pass 1\n# fail 0/);
    });

    test("the README's example runs in vitest", limit, async () => {
      const { stdout: service } = await run('serverless', ['print', '--format', 'json']);
      writeFileSync(join(project, 'service.json'), service);
      const { stdout } = await run('npx', ['vitest', 'run', 'report.test.mjs']);
      assert.match(stdout, /1 passed/);
    });

    test("the README's example runs in jest", limit, async () => {
      const flag = { NODE_OPTIONS: '--experimental-vm-modules' };
      const { stderr } = await run('npx', ['jest', 'charge.test.mjs'], flag);
      assert.match(stderr, /Tests: +1 passed, 1 total/);
    });

    test('its types hold without those of anything else', limit, async () => {
      writeFileSync(join(project, 'program.mts'), program);
      const flags = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--types', 'node'];
      await run('tsc', [...flags, 'program.mts']);
    });
  });
