import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Report } from './reporting.ts';
import { Reports } from './reports.ts';

test('what a queue hands on twice, as SQS may, is heard once', async () => {
  const report = (order: number) => JSON.stringify({ rule: 'Rule0', at: 1, order, note: 'same' });
  const answers = [[report(0)], [report(0), report(1)], []].map((bodies) => ({
    Messages: bodies.map((Body) => ({ Body, ReceiptHandle: 'r' })),
  }));
  const send = async ({ constructor: { name } }: object) => (name === 'ReceiveMessageCommand' ? answers.shift() : {});
  const heard: Report[] = [];
  const reports = new Reports({ send } as unknown as SQSClient, 'queue', (one) => void heard.push(one));
  const end = new AbortController();
  const listening = reports.listen(end.signal);
  await reports.caughtUp();
  end.abort();
  await listening;
  assert.deepEqual(
    heard.map(({ order }) => order),
    [0, 1],
  );
});
