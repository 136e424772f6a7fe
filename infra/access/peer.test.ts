import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isOfAnotherUser, isOfOthers } from './peer.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
/** A socket from port 40000 to port 3000, as the kernel's table has it. */
const row = (uid: number, { state = '01', inode = 7, address = '0100007F' } = {}) =>
  `   1: ${address}:9C40 0100007F:0BB8 ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0`;
const back = '   2: 0100007F:0BB8 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 8 1 0';
const ends = { remotePort: 40_000, localPort: 3000 };
const users = new Set([0, 1000]);
const table = (...rows: string[]) => [head, ...rows, back, ''].join('\n');
const isRefused = (...rows: string[]) => isOfOthers(ends, () => table(...rows), users);

test('a program is let in that is ours or of root, and none of another user', () => {
  assert.equal(isRefused(row(1000)), false);
  assert.equal(isRefused(row(0)), false);
  assert.equal(isRefused(row(1001)), true);
});

test('nobody is let in who cannot be told: who has closed the connection already, or hides beside one of ours', () => {
  assert.equal(isRefused(row(0, { inode: 0 })), true);
  assert.equal(isRefused(row(0, { state: '06', inode: 0 })), true);
  assert.equal(isRefused(), true);
  assert.equal(isOfAnotherUser(ends), true);
  assert.equal(isRefused(row(1000), row(1001, { address: '0200007F' })), true);
});

test('where the system does not tell, and from another machine, nobody is taken for another user of this one', () => {
  assert.equal(
    isOfOthers(ends, () => '', users),
    false,
  );
  assert.equal(isOfAnotherUser({ ...ends, remoteAddress: '10.0.0.7', localAddress: '10.0.0.8' }), false);
});

test('whoever comes to a loopback address is of this machine, whatever address he comes from', () => {
  const came = { ...ends, remoteAddress: '10.0.0.8' };
  for (const localAddress of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    assert.equal(isOfAnotherUser({ ...came, localAddress }), true, localAddress);
  }
});

test('a program whose socket the kernel passed over between two pages of its table is found at the next look', () => {
  const looks = [table(), table(row(1000))];
  assert.equal(
    isOfOthers(ends, () => looks.shift() ?? '', users),
    false,
  );
});
