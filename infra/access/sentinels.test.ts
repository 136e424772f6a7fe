import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSettings } from '../../functions/settings.ts';
import { redisOptions } from './clientOptions.ts';

const own = { REDIS_URL: 'rediss://:secret@shop', REDIS_SENTINELS: 'one:26379, [::1]:26380' };

test('sentinels are asked for the primary by the name in REDIS_URL, with a login of their own, over TLS where Redis speaks it', () => {
  const { redisUrl, access } = readSettings({
    ...own,
    REDIS_CA: '-----BEGIN CERTIFICATE-----',
    REDIS_SENTINEL_PASSWORD: 'p',
  });
  const tls = { ca: '-----BEGIN CERTIFICATE-----' };
  assert.partialDeepStrictEqual(redisOptions(redisUrl, access), {
    sentinels: [
      { host: 'one', port: 26379 },
      { host: '::1', port: 26380 },
    ],
    name: 'shop',
    sentinelPassword: 'p',
    enableTLSForSentinelMode: true,
    sentinelTLS: tls,
    tls,
  });
});

test('without sentinels Redis is reached by its address alone', () => {
  const { redisUrl, access } = readSettings({ REDIS_URL: 'redis://elsewhere' });
  assert.deepEqual(redisOptions(redisUrl, access), {});
});

const bad: readonly (readonly [environment: Record<string, string>, says: RegExp])[] = [
  [{ ...own, REDIS_SENTINELS: 'one' }, /REDIS_SENTINELS: is host:port/],
  [{ REDIS_SENTINELS: 'one:1' }, /REDIS_SENTINELS: .*set REDIS_URL too/],
  [{ REDIS_URL: 'redis://elsewhere', REDIS_SENTINEL_PASSWORD: 'p' }, /REDIS_SENTINEL_PASSWORD: .*set REDIS_SENTINELS/],
  [{ ...own, REDIS_SENTINEL_USER: 'ana' }, /REDIS_SENTINEL_PASSWORD: is missing/],
];
for (const [environment, says] of bad) {
  test(`${Object.keys(environment)} that cannot be are refused by name: ${says.source}`, () => {
    assert.throws(() => readSettings(environment), says);
  });
}
