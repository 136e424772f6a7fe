import assert from 'node:assert/strict';
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { createTransport } from 'nodemailer';
import { heardByStranger, needsStranger } from '../access/stranger.fixture.ts';
import { trialOf } from './engines.fixture.ts';
import { isGone } from './processGroup.ts';

const letter = (order: string, version: number) => ({
  from: 'pedidos@despacho.local',
  to: 'cliente@example.com',
  subject: `Pedido ñandú ${version}`,
  text: 'Hola <script>alert(1)</script>',
  messageId: `<${order}-${version}@despacho.local>`,
  headers: { 'X-Despacho-Order': order, 'X-Despacho-Version': String(version), 'X-Despacho-Run': 'trial' },
});

test('the inbox has every delivery, repeats included, after it was killed', async (context) => {
  const trial = await trialOf(context, 'inbox');
  const { tells } = await trial.up('inbox');
  const transport = createTransport({ url: tells.SMTP_URL ?? '', pool: true });
  for (const version of [1, 2, 2]) await transport.sendMail(letter('order-1', version));
  await transport.sendMail(letter('order-2', 1));
  transport.close();

  const group = await trial.group('inbox');
  process.kill(group, 'SIGKILL');
  await isGone(group, 5);
  // As if it had been killed between the two halves of a write.
  await appendFile(join(trial.home, 'data/inbox/letters.eml'), 'Subject: half a let');
  await appendFile(join(trial.home, 'data/inbox/letters.ndjson'), '{"id":5,"at":');
  const { outcome } = await trial.up('inbox');
  const again = createTransport({ url: tells.SMTP_URL ?? '' });
  await again.sendMail(letter('order-3', 1));

  const answer = await fetch(`${tells.INBOX_URL}/messages?run=trial&sort=oldest`);
  const found = (await answer.json()) as { id: number; messageId: string; order: string; version: number }[];
  assert.equal(outcome, 'started');
  assert.deepEqual(
    found.map(({ id, order, version }) => [id, order, version]),
    [
      [1, 'order-1', 1],
      [2, 'order-1', 2],
      [3, 'order-1', 2],
      [4, 'order-2', 1],
      [5, 'order-3', 1],
    ],
  );
  assert.equal(found[2]?.messageId, '<order-1-2@despacho.local>');
  const last = await (await fetch(`${tells.INBOX_URL}/messages/5`)).text();
  assert.match(last, /^X-Despacho-Order: order-3\r\n/);
});

test('another user of this machine neither reads a letter nor leaves one', needsStranger, async (context) => {
  const trial = await trialOf(context, 'inbox');
  const { tells } = await trial.up('inbox');
  await createTransport({ url: tells.SMTP_URL ?? '' }).sendMail(letter('order-1', 1));
  const { SMTP_PORT = '', INBOX_PORT = '' } = trial.environment;
  for (const path of ['/', '/messages', '/messages/1', '/view/1', '/health']) {
    const heard = await heardByStranger(INBOX_PORT, `GET ${path} HTTP/1.1`, `host: 127.0.0.1:${INBOX_PORT}`, '');
    assert.match(heard, /^HTTP\/1\.1 403 /, path);
    assert.doesNotMatch(heard, /order-1|cliente/);
  }
  assert.match(await heardByStranger(SMTP_PORT), /^554 .*other users/i);
  const { messages } = (await (await fetch(`${tells.INBOX_URL}/health`)).json()) as { messages: number };
  assert.equal(messages, 1);
});
