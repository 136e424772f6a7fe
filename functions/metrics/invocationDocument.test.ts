import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorType } from './invocationDocument.ts';

class OperationError extends Error {}

test('errors of different engines are of different kinds, whatever their words', () => {
  const refused = Object.assign(new Error('Mail command failed: 451 try later'), {
    code: 'EENVELOPE',
    responseCode: 451,
  });
  const kinds = [
    errorType(refused),
    errorType(Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })),
    errorType(new OperationError('42000: Table already exists')),
    errorType(Object.assign(new Error('terminating'), { name: 'error', code: '57P01' })),
    errorType(new TypeError('undefined is not a function')),
    errorType(new Error('no idea')),
    errorType('thrown text'),
  ];
  assert.deepEqual(kinds, [
    'Error EENVELOPE 451',
    'Error ECONNREFUSED',
    'OperationError',
    'Error 57P01',
    'TypeError',
    'Error',
    'string',
  ]);
});
