import assert from 'node:assert/strict';
import { test } from 'node:test';
import { splitLogin } from './login.ts';

test('a name and password in an address go into a header, which fetch takes', () => {
  const { base, headers } = splitLogin('http://in:s%3Acret@127.0.0.1:1080/');
  assert.equal(base, 'http://127.0.0.1:1080');
  assert.equal(Buffer.from(headers.authorization?.slice('Basic '.length) ?? '', 'base64').toString(), 'in:s:cret');
  assert.deepEqual(splitLogin('https://inbox.example/mail').headers, {});
});
