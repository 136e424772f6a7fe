/** The pages that have the words of rules: of AWS's documentation, and where that is silent, of what AWS publishes about it. */
const dg = (page: string) => `https://docs.aws.amazon.com/lambda/latest/dg/${page}.html`;
const powertools = 'https://github.com/aws-powertools/powertools-lambda-typescript';

export const pages = {
  batching: dg('invocation-eventsourcemapping'),
  concurrency: dg('provisioned-concurrency'),
  configure: dg('with-kafka-configure'),
  context: dg('nodejs-context'),
  create: 'https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html',
  destination: dg('kafka-on-failure-destination'),
  environment: dg('lambda-runtime-environment'),
  event: dg('with-kafka'),
  filters: dg('invocation-eventfiltering'),
  kafkaFilters: dg('kafka-filtering'),
  groups: dg('kafka-consumer-group-id'),
  invokeContext: 'https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html',
  memory: dg('configuration-memory'),
  msk: dg('with-msk'),
  latency: dg('with-kafka-low-latency'),
  positions: dg('kafka-starting-positions'),
  powertools: 'https://docs.aws.amazon.com/powertools/typescript/latest/features/kafka/',
  partial: 'https://docs.aws.amazon.com/powertools/python/latest/utilities/kafka/',
  /** An event of AWS as its reporter got it: a key or value that is missing. */
  missing: `${powertools}/issues/4988`,
  /** AWS's own report of signed bytes. */
  signed: 'https://github.com/aws/aws-lambda-dotnet/pull/1476',
  resource:
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-lambda-eventsourcemapping.html',
  retries: dg('kafka-retry-configurations'),
  schemas: dg('services-consume-kafka-events'),
  schemaConfig:
    'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-eventsourcemapping-schemaregistryconfig.html',
  timeout: dg('configuration-timeout'),
  variables: dg('configuration-envvars'),
} as const;
