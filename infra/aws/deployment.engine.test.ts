/** What `serverless package` makes of serverless.yml for AWS: checked by AWS's linter, and run by AWS's emulator. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { root, serverlessProgram } from '../../test/system/service.ts';
import { type Environment, openTrial, type Trial } from '../../test/system/trial.ts';
import { openWorld } from '../../test/system/world.ts';
import { deployTools, unzip } from '../deployTools.fixture.ts';
import { run } from '../engines/command.ts';
import { emulated, emulatorProgram } from '../engines/emulator.fixture.ts';
import { up } from '../engines/up.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import type { Resource } from './template.ts';

type Statement = { Effect: string; Action: string | string[]; Resource: unknown };

const folder = ownFolder();
const file = join(folder, 'cloudformation-template-update-stack.json');
// What has to be downloaded first is here before the first test's time begins.
const tools = await deployTools();
await emulatorProgram();
let trial: Trial;
let resources: [id: string, resource: Resource][];
before(async () => {
  trial = await openTrial();
  await (await openWorld(trial.settings)).close();
  const command = [process.execPath, serverlessProgram, 'package', '--package', folder] as const;
  await run('Packaging', command, { cwd: root, environment: trial.environment });
  resources = Object.entries(JSON.parse(readFileSync(file, 'utf8')).Resources);
});
after(async () => {
  await trial.close();
});

const ofType = (type: string) => resources.filter(([, { Type }]) => Type === type);

test('CloudFormation takes the template, for MSK and for a cluster of one’s own', async () => {
  // serverless names some dependencies that CloudFormation would see by itself.
  const { environment } = tools;
  await run('cfn-lint', ['python3', tools.cfnLint, '-i', 'W3005', '-t', file], { environment });
});

test('each trigger has on AWS what it has here: retries, bisecting, partial answers, dead letters', () => {
  const mappings = ofType('AWS::Lambda::EventSourceMapping');
  assert.equal(mappings.length, 9);
  for (const [id, { Properties }] of mappings) {
    const [topic] = Properties.Topics as [string];
    assert.ok(topic.startsWith(trial.settings.namespace), id);
    assert.deepEqual(Properties.DestinationConfig, { OnFailure: { Destination: `kafka://${topic}.dead` } });
    assert.deepEqual(Properties.FunctionResponseTypes, ['ReportBatchItemFailures']);
    assert.equal(Properties.BisectBatchOnFunctionError, true);
    assert.ok([1000, 10_000].includes(Properties.MaximumRetryAttempts as number));
    // AWS grants none of them without.
    const { MinimumPollers } = Properties.ProvisionedPollerConfig as { MinimumPollers: number };
    assert.equal(MinimumPollers, 1);
    assert.deepEqual((Properties.EventSourceArn as object)['Fn::If' as keyof object], [
      'Msk',
      { Ref: 'KafkaCluster' },
      { Ref: 'AWS::NoValue' },
    ]);
  }
});

test('every trigger and task has its alarms, and every log an end', () => {
  const alarms = ofType('AWS::CloudWatch::Alarm').map(([id]) => id);
  for (const [id] of ofType('AWS::Lambda::EventSourceMapping')) {
    assert.ok(alarms.includes(`${id}Behind`) && alarms.includes(`${id}GivenUp`), id);
  }
  for (const [id] of ofType('AWS::ECS::Service')) assert.ok(alarms.includes(`${id}Down`), id);
  for (const [id, { Properties }] of ofType('AWS::Logs::LogGroup')) assert.equal(Properties.RetentionInDays, 30, id);
});

test('a role may do what is named, to what is named, but where AWS knows no narrower resource', () => {
  const anyResource = /^(ec2:(Assign|Unassign|Create|Delete|Describe)\w+|ecr:GetAuthorizationToken)$/;
  const roles = ofType('AWS::IAM::Role');
  assert.deepEqual(roles.map(([id]) => id).sort(), ['FunctionsRole', 'TasksStartRole']);
  const policies = JSON.stringify(roles.map(([, { Properties }]) => Properties.Policies));
  const statements: Statement[] = [];
  JSON.parse(policies, (_, value) => {
    if (value?.Effect === 'Allow') statements.push(value);
    return value;
  });
  assert.ok(statements.length >= 8);
  for (const { Action, Resource } of statements) {
    for (const action of [Action].flat()) {
      assert.doesNotMatch(action, /\*/);
      if (Resource === '*') assert.match(action, anyResource);
    }
  }
});

test('only what Kafka triggers is deployed, each with a bundle of its own, in the VPC, with logins that CloudFormation looks up', () => {
  const functions = ofType('AWS::Lambda::Function');
  assert.equal(functions.length, 9);
  for (const [id, { Properties }] of functions) {
    const { Code, Handler } = Properties as { Code: { S3Key: string }; Handler: string };
    // The names of the files in a zip are not compressed.
    const bundle = readFileSync(join(folder, basename(Code.S3Key)));
    assert.ok(bundle.includes(Handler.replace('.handler', '.js')), id);
    const { Variables } = Properties.Environment as { Variables: Record<string, string> };
    assert.equal(Variables.DESPACHO_NAMESPACE, trial.settings.namespace, id);
    assert.match(Variables.REDIS_URL ?? '', /^\{\{resolve:secretsmanager:arn:.+:SecretString:redis\}\}$/);
    assert.ok(Properties.VpcConfig, id);
  }
  const tasks = JSON.stringify(ofType('AWS::ECS::TaskDefinition'));
  assert.match(tasks, /"Name":"DESPACHO_NAMESPACE"/);
  assert.match(tasks, /"Name":"REDIS_URL","ValueFrom":"arn:/);
});

test('a packaged function takes its step on the engines under AWS’s runtime emulator', async (t) => {
  const code = join(folder, 'process');
  await unzip(join(folder, 'process.zip'), code);
  // Where the function runs it finds no engine by itself.
  const tells: Environment = Object.assign(
    {},
    ...(await up(['kafka', 'redis', 'elasticsearch'])).map((one) => one.tells),
  );
  const lambda = { AWS_LAMBDA_FUNCTION_NAME: 'process', AWS_LAMBDA_FUNCTION_TIMEOUT: '60' };
  const runtime = [process.execPath, join(import.meta.dirname, 'runtime.fixture.ts')];
  const { endpoint, lines, end } = await emulated([...runtime, 'functions/orders/process.handler'], {
    folder: code,
    environment: { ...tells, ...trial.environment, ...lambda },
  });
  t.after(end);
  const sample = readFileSync(join(root, 'functions/orders/samples/process.json'), 'utf8');
  const answer = await fetch(`${endpoint}/2015-03-31/functions/function/invocations`, { method: 'POST', body: sample });
  assert.deepEqual(await answer.json(), { batchItemFailures: [] }, lines.join('\n'));
  await trial.until('orders.events', ({ value }) => String(value).includes('00000000-0000-4000-8000-000000000001'));
});
