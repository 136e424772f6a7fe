import assert from 'node:assert/strict';
import { test } from 'node:test';
import { userOf } from './rootsUsers.ts';

const line = (name: string, id: number) => `${name}:x:${id}:${id}:${name}:/:/usr/sbin/nologin\n`;

test('engines and system of root are two users where a machine has them, and nobody in an image that has not', () => {
  const whole = line('root', 0) + line('daemon', 1) + line('bin', 2) + line('nobody', 65_534);
  assert.deepEqual(userOf('engines', whole), { name: 'daemon', id: 1, group: 1 });
  assert.deepEqual(userOf('system', whole), { name: 'bin', id: 2, group: 2 });
  for (const table of [line('root', 0) + line('nobody', 65_534), '']) {
    assert.deepEqual(userOf('system', table), { name: 'nobody', id: 65_534, group: 65_534 });
  }
});
