/** On-failure destinations of AWS, at servers that answer as its services do. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../clock.ts';
import { type Mapping, planOf } from '../config/mapping.ts';
import { partitionAt, recordAt } from '../record/record.fixture.ts';
import { type AwsDestination, awsDestination } from './awsDestination.ts';
import type { Failed } from './failure.ts';

const kafka = { topic: 't', bootstrapServers: ['b:1'] };
const functions = { f: { handler: 'awsDestination.handler', events: [{ kafka }] } };
const [mapping] = planOf({ functions }, import.meta.dirname).mappings as [Mapping];
const partition = partitionAt(0);
const records = [7, 9].map((offset) => ({ ...recordAt(partition, offset), timestamp: 1_700_000_000_000 }));
const failed: Failed = {
  records,
  mapping,
  source: { eventSource: 'SelfManagedKafka', bootstrapServers: 'b:1', topic: 't' },
  functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
  condition: 'MaximumPayloadSizeExceeded',
  fault: { name: 'MaximumPayloadSizeExceeded', message: 'too large' },
  attempts: 0,
  at: 1_700_000_001_000,
  requestId: 'request-1',
};

type Asked = { method: string; url: string; action: string; body: string };

/** Stores the failed records, and gives what the server was asked. */
async function stored(destination: AwsDestination, answer: (asked: Asked) => [status: number, body: string]) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      const action = String(request.headers['x-amz-target'] ?? '');
      const one = { method: request.method ?? '', url: request.url ?? '', action, body };
      asked.push(one);
      const [status, text] = answer(one);
      response.writeHead(status).end(text);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    const done = await awsDestination(destination, endpoint, systemClock).store(failed);
    assert.deepEqual(done, records);
  } finally {
    server.closeAllConnections();
    server.close();
  }
  return asked;
}

const document = {
  requestContext: {
    requestId: 'request-1',
    functionArn: `${failed.functionArn}:$LATEST`,
    condition: 'MaximumPayloadSizeExceeded',
    approximateInvokeCount: 0,
  },
  responseContext: null,
  version: '1.0',
  timestamp: '2023-11-14T22:13:21.000Z',
};
const recordsInfo = {
  't-0': {
    firstRecordOffset: '7',
    lastRecordOffset: '9',
    firstRecordTimestamp: '2023-11-14T22:13:20.000Z',
    lastRecordTimestamp: '2023-11-14T22:13:20.000Z',
  },
};

function check(text: string, payload: boolean): void {
  const { KafkaBatchInfo, payload: event, ...rest } = JSON.parse(text);
  assert.deepEqual(rest, document);
  assert.deepEqual(KafkaBatchInfo.recordsInfo, recordsInfo);
  assert.deepEqual([KafkaBatchInfo.batchSize, KafkaBatchInfo.bootstrapServers], [2, 'b:1']);
  if (payload) assert.equal(JSON.parse(event).records['t-0'].length, 2);
  else assert.equal(event, undefined);
}

test('a queue gets where the records lie, by the name in its ARN', async () => {
  const queue: AwsDestination = { kind: 'sqs', arn: 'arn:aws:sqs:eu-west-1:123456789012:dlq' };
  const md5 = (text: string) => createHash('md5').update(text).digest('hex');
  const [found, sent] = await stored(queue, ({ action, body }) => {
    if (action.endsWith('GetQueueUrl'))
      return [200, JSON.stringify({ QueueUrl: 'http://elsewhere.invalid/123456789012/dlq' })];
    return [200, JSON.stringify({ MessageId: '1', MD5OfMessageBody: md5(JSON.parse(body).MessageBody) })];
  });
  assert.equal(JSON.parse(found?.body ?? '').QueueName, 'dlq');
  assert.match(sent?.action ?? '', /SendMessage$/);
  check(JSON.parse(sent?.body ?? '').MessageBody, false);
});

test('a topic of SNS gets where the records lie', async () => {
  const arn = 'arn:aws:sns:eu-west-1:123456789012:failures';
  const answer = '<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>';
  const [sent] = await stored({ kind: 'sns', arn }, () => [200, answer]);
  const form = new URLSearchParams(sent?.body);
  assert.deepEqual([form.get('Action'), form.get('TopicArn')], ['Publish', arn]);
  check(form.get('Message') ?? '', false);
});

test('a bucket gets an object with the event in it, below the mapping and the day', async () => {
  const [put] = await stored({ kind: 's3', arn: 'arn:aws:s3:::failures' }, () => [200, '']);
  assert.equal(put?.method, 'PUT');
  assert.match(
    put?.url ?? '',
    /^\/failures\/aws\/lambda\/f-t\/2023\/11\/14\/2023-11-14T22\.13\.21-[0-9a-f-]{36}(\?|$)/,
  );
  check(put?.body.slice(put.body.indexOf('{'), put.body.lastIndexOf('}') + 1) ?? '', true);
});

test('what the service refuses is not stored, and is asked for once', async () => {
  let asked = 0;
  const arn = 'arn:aws:sns:eu-west-1:123456789012:failures';
  const refuse = (): [number, string] => {
    asked++;
    return [500, '<ErrorResponse><Error><Code>InternalError</Code></Error></ErrorResponse>'];
  };
  await assert.rejects(stored({ kind: 'sns', arn }, refuse));
  assert.equal(asked, 1);
});
