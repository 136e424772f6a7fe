/** What AWS takes of a mapping, what it refuses, and what it would do otherwise: known before anything is deployed. */
import assert from 'node:assert/strict';
import { pages } from '../pages.ts';
import type { Rule } from '../rule.ts';

type Settings = Pick<Rule, 'event' | 'extra' | 'definition'>;

type Words = readonly [page: string | undefined, words: string];

const refused = (name: string, [page, words]: Words, settings: Settings, message: RegExp): Rule => ({
  name: `refused: ${name}`,
  page,
  words,
  beyond: page === undefined,
  isolated: true,
  ...settings,
  refused: message,
});

const told = (name: string, [page, words]: Words, settings: Settings, sentence: string): Rule => ({
  name: `told at start: ${name}`,
  page,
  words,
  ...settings,
  async check(scene) {
    const line = scene
      .said()
      .split('\n')
      .find((one) => one.includes('differs from AWS') && one.includes(sentence));
    assert.ok(line?.includes(scene.topic), `of this mapping it says: ${line}`);
  },
});

const provisioned = { provisionedPollerConfig: { minimumPollers: 1 } };
const toTopic = { onFailureDestination: 'kafka://$TOPIC.dead' };

export const settingRules: Rule[] = [
  refused(
    'a consumer group that another mapping has',
    [pages.groups, '“must be unique among all your Kafka event sources”'],
    { event: { second: true, consumerGroupId: 'conformance.of.both' } },
    /has the consumer group .* of .*; each mapping needs its own consumerGroupId/,
  ),
  refused(
    'a name of a consumer group that has other characters',
    [pages.create, 'the pattern [a-zA-Z0-9-\\/*:_+=.@-]*, of 1 to 200 characters'],
    { event: { consumerGroupId: 'mi grupo' } },
    /consumerGroupId: is 1 to 200 of/,
  ),
  refused(
    'a start in the future',
    [pages.create, '“StartingPositionTimestamp cannot be in the future”'],
    { event: { startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp: 32_503_680_000 } },
    /startingPositionTimestamp: lies in the future/,
  ),
  refused(
    'more pollers at least than at most',
    [pages.create, 'MaximumPollers: must be greater than or equal to MinimumPollers'],
    { event: { provisionedPollerConfig: { minimumPollers: 5, maximumPollers: 2 } } },
    /minimumPollers is more than maximumPollers/,
  ),
  refused(
    'a destination that is the source',
    [
      pages.destination,
      '“Lambda prevents infinite loops by blocking configurations where the source and destination topics are the same”',
    ],
    { event: { onFailureDestination: 'kafka://$TOPIC' } },
    /onFailureDestination: is the topic that is read/,
  ),
  refused(
    'a batch of more than 10,000 records',
    [pages.create, 'a value of 1 to 10,000'],
    { event: { batchSize: 10_001 } },
    /batchSize/,
  ),
  refused(
    'a window of more than 300 s',
    [pages.create, '“any value from 0 seconds to 300 seconds in increments of seconds”'],
    { event: { maximumBatchingWindow: 301 } },
    /maximumBatchingWindow/,
  ),
  refused(
    'a record age under a minute',
    [pages.retries, 'enter the maximum age in seconds (60-604800, or -1 for infinite)'],
    { extra: { maximumRecordAgeInSeconds: 59 } },
    /maximumRecordAgeInSeconds/,
  ),
  refused(
    'more than 10,000 retries',
    [pages.retries, 'enter the maximum number of retry attempts (0-10000, or -1 for infinite)'],
    { extra: { maximumRetryAttempts: 10_001 } },
    /maximumRetryAttempts/,
  ),
  refused(
    'a key that a mapping does not have, such as one that is misspelt',
    [pages.resource, 'extraneous keys are not permitted: CloudFormation refuses them'],
    { event: { functionResponseType: 'ReportBatchItemFailures' } },
    /functionResponseType/,
  ),
  refused(
    'Queue mode, which is not done here',
    [undefined, 'our own: AWS has ConsumptionMode Queue, which reads by a share group'],
    { event: { consumptionMode: 'Queue' } },
    /consumptionMode: is not done here/,
  ),
  told(
    'a time-out of more than 14 minutes',
    [pages.configure, '“only support functions with maximum timeout limits of 14 minutes”'],
    { definition: { timeout: 900 } },
    'the time-out is over 14 minutes',
  ),
  told(
    'a Kafka destination without provisioned pollers',
    [pages.destination, '“only available for event source mappings with provisioned mode”'],
    { event: toTopic },
    'wants provisionedPollerConfig for a kafka:// destination',
  ),
  told(
    'retries without provisioned pollers',
    [pages.retries, 'Error handling controls are only available for event source mappings with provisioned mode'],
    { extra: { maximumRetryAttempts: 3 } },
    'wants provisionedPollerConfig for retries',
  ),
  told(
    'retries that the deployed mapping knows nothing of',
    [pages.retries, '“The default is -1 (infinite)”'],
    { event: provisioned, extra: { maximumRetryAttempts: 3 } },
    'come from custom.dispatcher',
  ),
  told(
    'a window of 0, which serverless leaves out',
    [pages.create, '“the default batching window is 500 ms”'],
    { event: { maximumBatchingWindow: 0 } },
    'maximumBatchingWindow is 0',
  ),
  told(
    'a schema registry without provisioned pollers',
    [pages.schemas, '“This feature is only available for event source mappings using provisioned mode”'],
    {
      extra: {
        schemaRegistryConfig: {
          SchemaRegistryURI: '$REGISTRY',
          EventRecordFormat: 'SOURCE',
          SchemaValidationConfigs: [{ Attribute: 'VALUE' }],
        },
      },
    },
    'wants provisionedPollerConfig for a schema registry',
  ),
];
