/** `--against aws`: what live AWS does, in a file. */
import { writeFileSync } from 'node:fs';
import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { SQSClient } from '@aws-sdk/client-sqs';
import { ownEngines } from '../../../infra/access/ownEngines.ts';
import { Mistake } from '../../../infra/faults.ts';
import { connectKafka } from '../../../infra/kafkajs/kafkaClient.ts';
import type { Rule } from '../rule.ts';
import { canRecord, type Happened, record } from './recording.ts';
import type { Access } from './stack.ts';

/** Pollers take minutes to begin. */
const waits = { patience: 900_000, look: 15 };

type Asked = Readonly<{
  brokers: readonly string[] | undefined;
  access: readonly Access[];
  out: string;
  /** Whether only some were asked for, by a part of their names. */
  narrowed: boolean;
}>;

/** @returns 0 where something was written down, whatever it was @throws Mistake that names the flag */
export async function recordAws(rules: readonly Rule[], { brokers, access, out, narrowed }: Asked): Promise<number> {
  if (!brokers) throw new Mistake('flag', '--brokers: AWS needs an address of Kafka that it reaches, and you too');
  if (access.length === 0)
    throw new Mistake('flag', '--access: AWS needs a way in, such as SASL_SCRAM_512_AUTH=<arn of its secret>');
  const chosen = rules.filter((rule) => canRecord(rule) && (narrowed || rule.open !== undefined));
  if (chosen.length === 0) throw new Mistake('flag', '--rule: AWS cannot be asked for a rule with this in its name');
  const kafka = connectKafka({ kafkaBrokers: brokers, ...ownEngines(process.env) }, 'conformance', 'waits');
  const aws = { cloudFormation: new CloudFormationClient(), sqs: new SQSClient() };
  console.log(`\nlive AWS: ${chosen.length} rules in a stack of CloudFormation, which takes some minutes`);
  const write = recordingIn(out, brokers);
  const told = (happened: Happened) => {
    write(happened);
    say(happened);
  };
  await record(chosen, { kafka, cluster: { brokers, access }, aws, waits }, told).finally(() => {
    aws.cloudFormation.destroy();
    aws.sqs.destroy();
  });
  console.log(`what happened is in ${out}`);
  return 0;
}

const say = ({ rule, kept, reason }: Happened) =>
  console.log(`${kept ? '  kept  ' : '  other '} ${rule}\n         ${reason}`);

/** @returns what adds one to the file, at once: an error in the middle of an hour on AWS takes nothing with it that was told */
export function recordingIn(file: string, brokers: readonly string[]): (happened: Happened) => void {
  const all: Happened[] = [];
  return (happened) => {
    all.push(happened);
    writeFileSync(file, `${recordingText(all, brokers)}\n`);
  };
}

/** @returns JSON for others to read: without the brokers' addresses and the number of the account */
function recordingText(happened: readonly Happened[], brokers: readonly string[]): string {
  const text = JSON.stringify({ recordedAt: new Date().toISOString(), happened }, null, 2);
  return brokers
    .reduce((rest, broker, index) => rest.replaceAll(broker, `broker-${index + 1}:9092`), text)
    .replaceAll(/(arn:aws[\w-]*:[\w-]+:[\w-]*:)\d{12}/g, '$1000000000000');
}
