/** Deploys rules on AWS, does to them what they say, and writes down what happens: whether that is what the rules expect, or not. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStacksCommand,
  waitUntilStackCreateComplete,
} from '@aws-sdk/client-cloudformation';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { type Kafka, Partitioners } from 'kafkajs';
import { createServedTopics } from '../../../infra/kafkajs/kafkajs.ts';
import type { Rule } from '../rule.ts';
import type { Call, Stored } from '../scene.ts';
import { topicsOf } from '../topics.ts';
import { Reports } from './reports.ts';
import { AwsScene } from './scene.ts';
import { type Cluster, stackOf } from './stack.ts';

/** Of one rule. Without a reason it was kept. */
export type Happened = Readonly<{
  rule: string;
  words: string;
  page?: string | undefined;
  open?: string | undefined;
  kept: boolean;
  reason: string;
  calls: Call[];
  committed: number[];
  letters: Stored[];
}>;

export type Aws = Readonly<{ cloudFormation: CloudFormationClient; sqs: SQSClient }>;
export type Waits = Readonly<{
  /** ms that a rule waits for what must happen. */
  patience: number;
  /** Seconds between two looks at the stack, at least. */
  look: number;
}>;

/** Seconds that a stack is waited for. */
const stackLimit = 1200;

/** Whether it can be asked on AWS: what holds it up or looks into it from here cannot. */
export const canRecord = ({ beyond, isolated, extra, handler, definition, event, check }: Rule): boolean =>
  !beyond &&
  !isolated &&
  !event?.second &&
  !event?.arn &&
  !definition?.twin &&
  extra?.schemaRegistryConfig === undefined &&
  !/\bgate\b/.test(`${handler}`) &&
  !/\.(open|documents|said)\(/.test(`${check}`);

/** @returns what happened to each of the rules; nothing is left on AWS, nor in Kafka */
export async function record(
  rules: readonly Rule[],
  { kafka, cluster, aws, waits }: { kafka: Kafka; cluster: Cluster; aws: Aws; waits: Waits },
  say: (happened: Happened) => void,
): Promise<Happened[]> {
  const stamp = Date.now().toString(36);
  const [admin, producer] = [kafka.admin(), kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })];
  const folder = mkdtempSync(join(tmpdir(), 'recording-'));
  const recorded = rules.map((rule, index) => {
    const topic = `conformance.${stamp}.${index}`;
    const of = { topic, group: topic, folder: join(folder, `${index}`), kafka, admin, producer };
    return { rule, name: `Rule${index}`, scene: new AwsScene({ ...of, patience: waits.patience }) };
  });
  const topics = recorded.flatMap(({ rule, scene }) => topicsOf(rule, scene.topic));
  await Promise.all([admin.connect(), producer.connect()]);
  try {
    await createServedTopics(admin, topics);
    for (const { rule, scene } of recorded) await rule.before?.(scene);
    return await withStack(`conformance-${stamp}`, stackOf(recorded, cluster), { aws, waits }, (queue) =>
      observed(recorded, queue, aws, say),
    );
  } finally {
    await admin.deleteTopics({ topics: topics.map(({ topic }) => topic) }).catch(() => undefined);
    await Promise.all([admin.disconnect(), producer.disconnect()]);
    rmSync(folder, { recursive: true });
  }
}

type Deployed = Readonly<{ rule: Rule; name: string; scene: AwsScene }>;

async function observed(
  recorded: readonly Deployed[],
  queue: string,
  aws: Aws,
  say: (happened: Happened) => void,
): Promise<Happened[]> {
  const scenes = new Map(recorded.map(({ name, scene }) => [name, scene]));
  const ended = new AbortController();
  const reports = new Reports(aws.sqs, queue, (report) => scenes.get(report.rule)?.heard(report));
  for (const scene of scenes.values()) scene.reports = reports;
  const heard = reports.listen(ended.signal);
  const all = Promise.all(recorded.map(async ({ rule, scene }) => tell(await happenedTo(rule, scene), say)));
  // The queue is left at the end alone, or by an error.
  await Promise.race([all, heard]).finally(() => {
    ended.abort();
    for (const scene of scenes.values()) scene.giveUp();
  });
  await heard;
  return all;
}

function tell(happened: Happened, say: (happened: Happened) => void): Happened {
  say(happened);
  return happened;
}

/** @param work gets the address of the queue */
async function withStack<T>(
  stack: string,
  template: object,
  { aws, waits }: { aws: Aws; waits: Waits },
  work: (queue: string) => Promise<T>,
): Promise<T> {
  try {
    return await work(await deploy(stack, template, aws, waits));
  } finally {
    await aws.cloudFormation.send(new DeleteStackCommand({ StackName: stack })).catch((cause) => {
      throw new Error(`the stack ${stack} is to be deleted by hand: ${cause.message}`, { cause });
    });
  }
}

/** @returns the address of the queue */
async function deploy(stack: string, template: object, { cloudFormation }: Aws, { look }: Waits): Promise<string> {
  const TemplateBody = JSON.stringify(template);
  await cloudFormation.send(
    new CreateStackCommand({ StackName: stack, TemplateBody, Capabilities: ['CAPABILITY_IAM'] }),
  );
  const waiting = { client: cloudFormation, maxWaitTime: stackLimit, minDelay: look, maxDelay: look };
  await waitUntilStackCreateComplete(waiting, { StackName: stack });
  const { Stacks = [] } = await cloudFormation.send(new DescribeStacksCommand({ StackName: stack }));
  const queue = Stacks[0]?.Outputs?.find(({ OutputKey }) => OutputKey === 'QueueUrl')?.OutputValue;
  if (!queue) throw new Error(`the stack ${stack} has no output QueueUrl`);
  return queue;
}

async function happenedTo(rule: Rule, scene: AwsScene): Promise<Happened> {
  const { name, words, page, open, check } = rule;
  const process = { running: cannot, start: cannot, another: cannot };
  const reason = await Promise.resolve(check?.(scene, process)).then(
    () => '',
    (error: Error) => error.message,
  );
  return {
    rule: name,
    words,
    page,
    open,
    kept: reason === '',
    reason,
    calls: scene.calls(),
    committed: await scene.committed(),
    letters: await scene.stored(scene.deadTopic),
  };
}

const cannot = (): never => {
  throw new Error('there is no process to be looked at on AWS');
};
