import type { Clock } from '../../clock.ts';
import type { Destination } from '../config/eventSourceMapping.ts';
import { clientConfig } from '../invoke/awsClient.ts';
import type { Failed, FailureDestination } from './failure.ts';
import { batchDocument } from './failureDocument.ts';

type Send = (document: string, failed: Failed) => Promise<unknown>;
/** `kind` is the service that the ARN names: `sqs`, `sns` or `s3`. */
export type AwsDestination = Extract<Destination, { arn: string }>;

/** An SQS queue, an SNS topic or an S3 bucket, at whatever speaks its API on this machine. */
export function awsDestination({ kind, arn }: AwsDestination, endpoint: string, clock: Clock): FailureDestination {
  let send: Promise<Send> | undefined;
  return {
    name: arn,
    async store(failed) {
      // The SDK takes long to load: it is asked for when something fails.
      send ??= senders[kind](arn, endpoint, clock);
      await (await send)(batchDocument(failed, kind === 's3'), failed);
      return failed.records;
    },
  };
}

const nameIn = (arn: string): string => arn.split(':').at(-1) ?? '';

const senders: Record<AwsDestination['kind'], (arn: string, endpoint: string, clock: Clock) => Promise<Send>> = {
  async sqs(arn, endpoint) {
    const { GetQueueUrlCommand, SendMessageCommand, SQSClient } = await import('@aws-sdk/client-sqs');
    const client = new SQSClient({ ...clientConfig(endpoint), useQueueUrlAsEndpoint: false });
    return async (document) => {
      const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: nameIn(arn) }));
      return client.send(new SendMessageCommand({ QueueUrl, MessageBody: document }));
    };
  },
  async sns(arn, endpoint) {
    const { PublishCommand, SNSClient } = await import('@aws-sdk/client-sns');
    const client = new SNSClient(clientConfig(endpoint));
    return (document) => client.send(new PublishCommand({ TopicArn: arn, Message: document }));
  },
  async s3(arn, endpoint, clock) {
    const { PutObjectCommand, S3Client } = await import('@aws-sdk/client-s3');
    const client = new S3Client({ ...clientConfig(endpoint), forcePathStyle: true });
    return (document, failed) =>
      client.send(new PutObjectCommand({ Bucket: nameIn(arn), Key: keyOf(failed, clock), Body: document }));
  },
};

/** AWS has the mapping's UUID where its id stands here. */
function keyOf({ mapping, at }: Failed, clock: Clock): string {
  const [day = '', time = ''] = new Date(at).toISOString().split('T');
  const moment = `${day}T${time.slice(0, 8).replaceAll(':', '.')}`;
  return `aws/lambda/${mapping.id.replaceAll(':', '-')}/${day.replaceAll('-', '/')}/${moment}-${clock.uuid()}`;
}
