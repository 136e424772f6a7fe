import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { redact, redactError } from './redact.ts';

test('no login in an address is left', () => {
  for (const [text, expected] of [
    ['inbox external (smtp://shop:S3CRET@127.0.0.1:1025)', 'inbox external (smtp://127.0.0.1:1025)'],
    ['redis://:S3CRET@[::1]:6379/0', 'redis://[::1]:6379/0'],
    ['postgresql://u:S3C@RET@db.example/x?y=1', 'postgresql://db.example/x?y=1'],
    ['HTTPS://u:S3CRET@host/a, and http://v:S3CRET@host', 'HTTPS://host/a, and http://host'],
  ] as const) {
    assert.equal(redact(text), expected);
  }
});

test('no e-mail address is left, whatever it is quoted in', () => {
  for (const text of [
    '450 4.2.1 <ana.perez@example.com>: Greylisted',
    '{"email":"ana.perez@example.com"}',
    'to=ana.perez@correo.ñandú.cl,',
    "o'brien+x@example.co.uk.",
  ]) {
    assert.match(redact(text), /\(e-mail address\)/, text);
    assert.doesNotMatch(redact(text), /ana|brien|@/, text);
  }
});

test('what only looks like one stays', () => {
  for (const text of [
    'node@24.21.0',
    '"@timestamp": 1',
    'orders.ship-0@17',
    'http://host/a@b',
    '@elastic/x',
    'a @ b.c',
  ]) {
    assert.equal(redact(text), text);
  }
});

test('a megabyte of anything is redacted in less than a second', () => {
  for (const piece of ['a', '@', 'a@', 'a.', '@a.', 'x://', 'x://a:b@', ' ']) {
    const text = piece.repeat(1_000_000 / piece.length);
    const since = process.threadCpuUsage();
    redact(`@${text}`);
    const { user } = process.threadCpuUsage(since);
    assert.ok(user < 1_000_000, `${piece}: ${user} µs`);
  }
});

test('an error is redacted with its stack and its causes', () => {
  const cause = new Error('550 <ana@example.com>');
  const error = redactError(new Error('redis://u:S3CRET@host', { cause })) as Error;
  assert.doesNotMatch(`${error.stack} ${error.message} ${(error.cause as Error).stack}`, /S3CRET|ana@/);
});

test('an error of several is redacted with each of them, and one that is its own cause comes to an end', () => {
  const each = new Error('to ana@example.com');
  redactError(new AggregateError([each], 'redis://u:S3CRET@host'));
  assert.doesNotMatch(String(each.stack), /ana@/);
  const own = new Error('smtp://u:S3CRET@host');
  own.cause = own;
  redactError(own);
  assert.equal(own.message, 'smtp://host');
});

test('whatever an npm script prints has neither login nor e-mail address in it', () => {
  const says =
    "console.log('smtp://u:S3CRET@host'); process.stderr.write(Buffer.from('ana@example.com\\n')); console.error('ñ');";
  const preload = join(import.meta.dirname, '../scripts/redacted.ts');
  const shell = ['-c', '"$@" 2>&1', 'sh', process.execPath, '--import', preload, '--eval', says];
  assert.equal(execFileSync('sh', shell, { encoding: 'utf8' }), 'smtp://host\n(e-mail address)\nñ\n');
});
