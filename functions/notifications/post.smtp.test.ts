import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { test } from 'node:test';
import { smtpPost } from './post.smtp.ts';

test('a mail server that hangs up is called once for a letter: whoever sends it looks first whether it is out', async (context) => {
  let calls = 0;
  const server = createServer((socket) => {
    calls++;
    socket.destroy();
  }).listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const post = smtpPost({ smtpUrl: `smtp://127.0.0.1:${port}`, access: {} });
  context.after(() => post.close());
  const letter = { messageId: '<1@here>', to: 'ana@example.com', subject: 'a', text: 'a', html: 'a', headers: {} };
  await assert.rejects(post.send(letter));
  assert.equal(calls, 1);
});
