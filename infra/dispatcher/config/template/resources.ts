/**
 * What `Ref` and `Fn::GetAtt` give for the resources that a Kafka trigger names: by their names where the template says them,
 * else by their logical ids, in an account that is nobody's.
 */
import { isJsonObject } from '../../../json.ts';

/** The parts of an ARN that no template tells. */
export type Place = Readonly<{ region: string; account: string }>;

/** Nobody's: an ARN with it stands for one that only a deployment knows. */
export const nobody = '000000000000';

type Kind = Readonly<{
  /** The property that names it. */
  named: string;
  arn(name: string, place: Place): string;
  /** What `Ref` gives, where that is known. */
  ref?: 'name' | 'arn';
}>;

const arnIn =
  (service: string, before = '', behind = '') =>
  (name: string, { region, account }: Place): string =>
    `arn:aws:${service}:${region}:${account}:${before}${name}${behind}`;

const cluster: Kind = {
  named: 'ClusterName',
  arn: arnIn('kafka', 'cluster/', '/00000000-0000-0000-0000-000000000000-1'),
  ref: 'arn',
};
const functionArn = arnIn('lambda', 'function:');
const lambda: Kind = { named: 'FunctionName', arn: functionArn, ref: 'name' };
/** It names its function by name or by ARN; which alias or version it is means nothing here. */
const qualified: Kind = {
  named: 'FunctionName',
  arn: (name, place) => (name.startsWith('arn:') ? name : functionArn(name, place)),
  ref: 'arn',
};

const kinds = new Map<unknown, Kind>([
  ['AWS::Lambda::Function', lambda],
  ['AWS::Serverless::Function', lambda],
  ['AWS::Lambda::Alias', qualified],
  ['AWS::Lambda::Version', qualified],
  ['AWS::MSK::Cluster', cluster],
  ['AWS::MSK::ServerlessCluster', cluster],
  // A queue's Ref is its URL.
  ['AWS::SQS::Queue', { named: 'QueueName', arn: arnIn('sqs') }],
  ['AWS::SNS::Topic', { named: 'TopicName', arn: arnIn('sns'), ref: 'arn' }],
  ['AWS::S3::Bucket', { named: 'BucketName', arn: (name) => `arn:aws:s3:::${name}`, ref: 'name' }],
  ['AWS::SecretsManager::Secret', { named: 'Name', arn: arnIn('secretsmanager', 'secret:'), ref: 'arn' }],
]);

/** What a `Ref` or an `Fn::GetAtt` names; a `Ref` has no attribute. */
export type Reference = Readonly<{ logicalId: string; attribute?: string | undefined }>;

/**
 * @param resource as the template has it
 * @param resolve for the property that names it
 * @returns undefined where only a deployment knows it
 */
export function attributeOf(
  resource: Readonly<Record<string, unknown>>,
  { logicalId, attribute }: Reference,
  place: Place,
  resolve: (value: unknown) => unknown,
): string | undefined {
  const kind = kinds.get(resource.Type);
  if (!kind) return undefined;
  const said = isJsonObject(resource.Properties) ? resolve(resource.Properties[kind.named]) : undefined;
  const name = typeof said === 'string' ? said : logicalId;
  if (attribute === kind.named) return name;
  if (attribute === undefined) return kind.ref === 'name' ? name : kind.ref && kind.arn(name, place);
  // SAM has an alias and a version beside a function.
  const deployed = kind === lambda && (attribute === 'Alias' || attribute === 'Version');
  return /^(Topic)?Arn$/.test(attribute) || deployed ? kind.arn(name, place) : undefined;
}
