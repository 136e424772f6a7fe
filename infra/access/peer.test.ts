import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { isOfAnotherUser, isOfOthers } from './peer.ts';
import { userOf } from './rootsUsers.ts';
import { needsStranger } from './stranger.fixture.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode';
/** A socket from port 40000 to port 3000, as the kernel's table has it. */
const row = (uid: number, { state = '01', inode = 7, address = '0100007F' } = {}) =>
  `   1: ${address}:9C40 0100007F:0BB8 ${state} 00000000:00000000 00:00000000 00000000  ${uid}        0 ${inode} 1 0`;
const back = '   2: 0100007F:0BB8 0100007F:9C40 01 00000000:00000000 00:00000000 00000000  1000        0 8 1 0';
const ends = { remoteAddress: '127.0.0.1', remotePort: 40_000, localAddress: '127.0.0.1', localPort: 3000 };
const users = new Set([0, 1000]);
const table = (...rows: string[]) => [head, ...rows, back, ''].join('\n');
const isRefused = (...rows: string[]) => isOfOthers(ends, () => table(...rows), users);

test('a program is let in that is ours or of root, and none of another user', () => {
  assert.equal(isRefused(row(1000)), false);
  assert.equal(isRefused(row(0)), false);
  assert.equal(isRefused(row(1001)), true);
});

test('nobody is let in who cannot be told: who has closed the connection already', () => {
  assert.equal(isRefused(row(0, { inode: 0 })), true);
  assert.equal(isRefused(row(0, { state: '06', inode: 0 })), true);
  assert.equal(isRefused(), true);
  assert.equal(isOfAnotherUser(ends), true);
  for (const remoteAddress of [undefined, '']) assert.equal(isOfAnotherUser({ ...ends, remoteAddress }), true);
});

test('a connection with the same ports between other addresses is another one', () => {
  assert.equal(isRefused(row(1000), row(1001, { address: '0200007F' })), false);
  assert.equal(isRefused(row(1000, { address: '0200007F' })), true, 'whoever has closed his hides behind none of ours');
});

test('a socket is found by its addresses, whatever kind they are of', () => {
  const rows: readonly (readonly [remoteAddress: string, remote: string, localAddress: string, local: string])[] = [
    ['::ffff:127.0.0.1', `${'0'.repeat(16)}FFFF00000100007F`, '127.0.0.1', `${'0'.repeat(16)}FFFF00000100007F`],
    ['192.0.2.2', '020200C0', '::ffff:127.0.0.1', '0100007F'],
    ['::1', `${'0'.repeat(24)}01000000`, '::1', `${'0'.repeat(24)}01000000`],
    ['fd00::a:2', `000000FD${'0'.repeat(16)}02000A00`, '::1', `${'0'.repeat(24)}01000000`],
  ];
  for (const [remoteAddress, remote, localAddress, local] of rows) {
    const found = row(1000, { address: remote }).replace('0100007F:0BB8', `${local}:0BB8`);
    assert.equal(
      isOfOthers({ ...ends, remoteAddress, localAddress }, () => table(found), users),
      false,
      remoteAddress,
    );
  }
});

test('our own connections are let in by every loopback address', async (context) => {
  for (const host of ['127.0.0.1', '127.0.0.2', '::1']) {
    const server = createServer().listen(0, host);
    context.after(() => server.close());
    const bound = await once(server, 'listening').catch(() => undefined);
    // Not every machine has IPv6.
    if (!bound) continue;
    const { port } = server.address() as AddressInfo;
    const client = connect({ host, port });
    const [socket] = (await once(server, 'connection')) as [Socket];
    assert.equal(isOfAnotherUser(socket), false, host);
    client.destroy();
    socket.destroy();
  }
});

test("root's system comes to what else root runs, whoever it runs as", needsStranger, async (context) => {
  const server = createServer().listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { id, group } = userOf('system');
  const script = 'exec 3<>"/dev/tcp/127.0.0.1/$0"; cat <&3';
  spawn('setpriv', [`--reuid=${id}`, `--regid=${group}`, '--clear-groups', 'bash', '-c', script, `${port}`]);
  const [socket] = (await once(server, 'connection')) as [Socket];
  assert.equal(isOfAnotherUser(socket), false);
  socket.destroy();
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
  const looks = [table(), '', table(row(1000))];
  assert.equal(
    isOfOthers(ends, () => looks.shift() ?? '', users),
    false,
  );
});
