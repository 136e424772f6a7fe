import assert from 'node:assert/strict';
import { appendFile, mkdtemp, readFile, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { createTransport } from 'nodemailer';
import { type Envelope, readEnvelope } from './envelope.ts';
import { Mailbox, type Search } from './mailbox.ts';

async function temporaryFolder(context?: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), 'despacho-'));
  context?.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const letter = (order: string, run: string) =>
  Buffer.from(`X-Despacho-Order: ${order}\r\nX-Despacho-Run: ${run}\r\n\r\nHola`);

const find = (mailbox: Mailbox, search: Search): Promise<Envelope[]> => Readable.from(mailbox.find(search)).toArray();

const idsOf = async (mailbox: Mailbox, search: Search) => (await find(mailbox, search)).map(({ id }) => id);

test('a header is read whatever its case and folding, and never from the body', () => {
  const mail = Buffer.from(
    'message-id: <o-1@despacho.local>\r\nSUBJECT: Pedido\r\n de ñandú\r\nX-Despacho-Version: 3\r\nTo: a@example.com\r\n\r\nX-Despacho-Order: no',
  );
  const { messageId, subject, version, to, order, size } = readEnvelope(mail, 1, 0);

  assert.deepEqual(
    { messageId, subject, version, to, order, size },
    {
      messageId: '<o-1@despacho.local>',
      subject: 'Pedido de ñandú',
      version: 3,
      to: 'a@example.com',
      order: '',
      size: mail.length,
    },
  );
});

test('any bytes are kept as they came, and found in the order in which they came', async () => {
  const bytes = fc.array(fc.uint8Array({ maxLength: 400 }), { minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(bytes, async (letters) => {
      const folder = await temporaryFolder();
      const mailbox = await Mailbox.open(folder);
      await Promise.all(letters.map((each) => mailbox.keep(Buffer.from(each))));
      await mailbox.close();
      const again = await Mailbox.open(folder);
      const kept = await Promise.all(letters.map((_, index) => again.letter(index + 1)));
      await again.close();
      await rm(folder, { recursive: true });
      assert.deepEqual(
        kept.map((each) => each && new Uint8Array(each)),
        letters.map((each) => new Uint8Array(each)),
      );
    }),
    { numRuns: 30 },
  );
});

test('letters are found by run, order, moment and id, from either end', async (context) => {
  const mailbox = await Mailbox.open(await temporaryFolder(context));
  for (let count = 0; count < 2500; count += 1) await mailbox.keep(letter(`o${count % 5}`, count < 2000 ? 'a' : 'b'));

  const oldest = await idsOf(mailbox, { order: 'o3', run: 'b', sort: 'oldest' });
  assert.deepEqual(oldest.slice(0, 2), [2004, 2009]);
  assert.equal(oldest.length, 100);
  assert.deepEqual(await idsOf(mailbox, { order: 'o3', run: 'b', sort: 'newest' }), oldest.toReversed());
  assert.deepEqual(await idsOf(mailbox, { before: 4, sort: 'newest' }), [3, 2, 1]);
  assert.equal((await idsOf(mailbox, { since: Date.now() + 60_000, sort: 'newest' })).length, 0);
  assert.equal((await idsOf(mailbox, { since: 0, sort: 'oldest' })).length, 2500);
  await mailbox.close();
});

test('a letter whose bytes or line are not whole is dropped, and its number given again', async (context) => {
  const folder = await temporaryFolder(context);
  const mailbox = await Mailbox.open(folder);
  for (const order of ['o1', 'o2', 'o3']) await mailbox.keep(letter(order, 'a'));
  await mailbox.close();
  const whole = letter('o1', 'a').length;
  await truncate(join(folder, 'letters.eml'), 2 * whole + 5);
  await appendFile(join(folder, 'letters.ndjson'), '{"id":4');

  const again = await Mailbox.open(folder);
  await again.keep(letter('o4', 'a'));

  const found = await find(again, { sort: 'oldest' });
  assert.deepEqual(
    found.map(({ id, order }) => [id, order]),
    [
      [1, 'o1'],
      [2, 'o2'],
      [3, 'o4'],
    ],
  );
  assert.deepEqual(await again.letter(3), letter('o4', 'a'));
  await again.close();
});

test('an address in any script is forgotten, also where the letter spells its domain otherwise', async (context) => {
  const mailbox = await Mailbox.open(await temporaryFolder(context));
  const transport = createTransport({ streamTransport: true, buffer: true });
  // As an order holds it: composed, with the domain in ASCII.
  const address = 'ñandú@xn--caf-dma.example';
  for (const to of [address, { name: 'Ñandú', address }, 'nandu@example.com']) {
    const { message } = await transport.sendMail({ from: 'shop@example.com', to, subject: 'Mate', text: 'Calle 1' });
    await mailbox.keep(message as Buffer);
  }
  assert.equal(await mailbox.forget(address), 2);
  assert.equal(await mailbox.forget('Ñandú@café.example'.normalize('NFD')), 0);
  await mailbox.close();
});

test("a customer's letters are forgotten: no file has them any more, and nothing else moves", async (context) => {
  const folder = await temporaryFolder(context);
  const mailbox = await Mailbox.open(folder);
  const to = (address: string) => Buffer.from(`To: ${address}\r\nSubject: Mate\r\nX-Despacho-Order: o1\r\n\r\nCalle 1`);
  const others = to('banana@example.com');
  for (const each of [to('Ana@Example.com'), others, to('"Ana" <ana@example.com>')]) await mailbox.keep(each);

  assert.equal(await mailbox.forget('ana@example.COM'), 2);

  await mailbox.keep(others);
  await mailbox.close();
  const bytes = await Promise.all(
    ['letters.eml', 'letters.ndjson'].map((name) => readFile(join(folder, name), 'utf8')),
  );
  for (const text of bytes) assert.doesNotMatch(text, /\bana@/i);
  const again = await Mailbox.open(folder);
  assert.deepEqual(await idsOf(again, { order: 'o1', sort: 'oldest' }), [1, 2, 3, 4]);
  assert.doesNotMatch(String(await again.letter(1)), /\S/);
  assert.deepEqual(await again.letter(2), others);
  assert.deepEqual(await again.letter(4), others);
  assert.equal(await again.forget('ana@example.com'), 0);
  await again.close();
});

test('a letter that is too old is blanked, once, and that there was one for its step is known as before', async (context) => {
  const folder = await temporaryFolder(context);
  const mailbox = await Mailbox.open(folder);
  const old = 'To: ana@example.com\r\nSubject: Mate\r\nX-Despacho-Order: o1\r\nX-Despacho-Version: 2\r\n\r\nCalle 1';
  await mailbox.keep(Buffer.from(old));
  const [first] = await find(mailbox, { sort: 'oldest' });
  const moment = (first?.at ?? 0) + 1;
  while (Date.now() < moment) await new Promise(setImmediate);
  await mailbox.keep(letter('o2', 'a'));

  assert.equal(await mailbox.expire(moment), 1);
  assert.equal(await mailbox.expire(moment), 0);

  const [blank, kept] = await find(mailbox, { sort: 'oldest' });
  assert.deepEqual(blank, { ...first, to: '', subject: '' });
  assert.equal(kept?.order, 'o2');
  assert.doesNotMatch(String(await mailbox.letter(1)), /\S/);
  assert.deepEqual(await mailbox.letter(2), letter('o2', 'a'));
  await mailbox.close();
});
