/** What the answers of a Lambda endpoint mean: whether these records had an attempt, and how it ended. */
import assert from 'node:assert/strict';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { lambdaInvoker } from './lambdaInvoker.ts';

const functions = { f: { name: 'far-f', file: '', handler: '', timeoutSeconds: 5 } };
const request = {
  source: { eventSource: 'SelfManagedKafka' as const, bootstrapServers: 'b:1', topic: 't' },
  records: [],
  custom: { attempt: 1, retries: 0, fetchedAt: 0 },
  answer: true,
};

async function asked(answer: (response: ServerResponse) => void) {
  const server = createServer((incoming, response) => {
    incoming.resume().on('end', () => answer(response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const invoker = await lambdaInvoker(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, functions);
  try {
    return await invoker.invoke('f', request);
  } finally {
    await invoker.close();
    server.closeAllConnections();
    server.close();
  }
}

const says = (status: number, headers: Record<string, string>, body: string) => (response: ServerResponse) =>
  void response.writeHead(status, headers).end(body);
const error = (status: number, name: string) => says(status, { 'x-amzn-errortype': name }, '{"message":"no"}');

const outcomes: [string, (response: ServerResponse) => void, 'throttled' | 'fault'][] = [
  ['too many requests', error(429, 'TooManyRequestsException'), 'throttled'],
  ['a function that is not ready', error(502, 'ResourceNotReadyException'), 'throttled'],
  ['an endpoint that is just starting', error(503, 'ServiceUnavailable'), 'throttled'],
  ['an error of the service itself', error(500, 'ServiceException'), 'fault'],
  ['a gateway that lost the function', error(502, 'BadGateway'), 'fault'],
  ['a connection that breaks', (response) => response.destroy(), 'fault'],
  ['no such function', error(404, 'ResourceNotFoundException'), 'fault'],
];
for (const [name, answer, kind] of outcomes) {
  test(`endpoint: ${name} ${kind === 'fault' ? 'is an attempt that failed' : 'was no attempt'}`, async () => {
    assert.equal((await asked(answer)).kind, kind);
  });
}

test('endpoint: where nobody listens there was no attempt', async () => {
  const invoker = await lambdaInvoker('http://127.0.0.1:1', functions);
  assert.equal((await invoker.invoke('f', request)).kind, 'throttled');
  await invoker.close();
});

test("endpoint: a function's error is told, also where it is no JSON", async () => {
  const fails = (body: string) => asked(says(200, { 'x-amz-function-error': 'Unhandled' }, body));
  const outcome = await fails('{"errorType":"KeyError","errorMessage":"id","stackTrace":["a","b"]}');
  assert.deepEqual(outcome, { kind: 'fault', fault: { name: 'KeyError', message: 'id', stack: 'a\nb' } });
  assert.deepEqual(await fails('out of order'), { kind: 'fault', fault: { name: 'Error', message: 'out of order' } });
});

test("endpoint: AWS's emulator marks a function's error by nothing but its description", async () => {
  const python = '{"errorMessage":"id","errorType":"KeyError","requestId":"r","stackTrace":["a"]}';
  const fault = { name: 'KeyError', message: 'id' };
  assert.deepEqual(await asked(says(200, {}, python)), { kind: 'fault', fault: { ...fault, stack: 'a' } });
  const go = '{"errorMessage":"id","errorType":"KeyError"}';
  assert.deepEqual(await asked(says(200, {}, go)), { kind: 'fault', fault });
});

test("endpoint: AWS's emulator says of a call that timed out nothing but a sentence", async () => {
  const message = 'Task timed out after 2.00 seconds';
  assert.deepEqual(await asked(says(200, {}, message)), {
    kind: 'fault',
    fault: { name: 'Sandbox.Timedout', message },
  });
});

test("endpoint: AWS's emulator tells of a runtime that ended as an error of the gateway", async () => {
  const [name, message] = ['Runtime.ExitError', 'Runtime exited with error: exit status 1'];
  const body = JSON.stringify({ errorType: name, errorMessage: message });
  assert.deepEqual(await asked(says(502, {}, body)), { kind: 'fault', fault: { name, message } });
});

test('endpoint: what the body of an error says counts only where it is a text', async () => {
  const body = '{"errorType":{"a":1},"errorMessage":["b"],"message":"no"}';
  const outcome = await asked(says(502, { 'x-amzn-errortype': 'BadGateway' }, body));
  assert.ok(outcome.kind === 'fault');
  for (const text of [outcome.fault.name, outcome.fault.message]) assert.equal(typeof text, 'string');
});

test('endpoint: where Lambda tells the version that it ran, an answer that looks like an error is an answer', async () => {
  const version = { 'x-amz-executed-version': '$LATEST' };
  const json = '{"errorMessage":"id","errorType":"KeyError"}';
  assert.deepEqual(await asked(says(200, version, json)), { kind: 'answer', json });
  const { kind } = await asked(says(200, version, 'Task timed out after 2.00 seconds'));
  assert.equal(kind, 'fault');
});

test('endpoint: what the function returns comes back as it is', async () => {
  const answers = [
    'rubbish',
    '"Task timed out after 2.00 seconds"',
    '{"errorMessage":"a"}',
    '{"errorMessage":"","errorType":"","stackTrace":[],"of":1}',
  ];
  for (const json of answers) assert.deepEqual(await asked(says(200, {}, json)), { kind: 'answer', json });
});
