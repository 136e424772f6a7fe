/** What sending a letter is held to, at a mail server and at the one that stands for it in the simulation: the same tests. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, describe, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { type MailFault, mailFault } from '../../../functions/notifications/mailFault.ts';
import type { Letter, Post } from '../../../functions/notifications/ports.ts';
import { smtpPost } from '../../../functions/notifications/post.smtp.ts';
import { systemClock } from '../../../infra/clock.ts';
import { Random } from '../../../infra/simulation/random.ts';
import { answers, type MailAnswer, mailAnswers, recipientAnswers } from './answers.ts';
import { Mailbox, recipients } from './engines.ts';
import { Calls, Faults } from './faults.ts';
import { notifyPortsIn } from './ports.ts';
import type { Surroundings } from './system.ts';

/** `taken`: the Message-IDs of the letters, in their order. `answer`: what letters are answered from now on; nothing where they are taken. */
type Place = Readonly<{ post: Post; taken(): Promise<string[]>; answer(answer: MailAnswer | undefined): void }>;

type Answer = (error?: Error | null) => void;
const at = (address: string) =>
  Object.entries(recipientAnswers).find(([kind]) =>
    address.startsWith(recipients[kind as keyof typeof recipientAnswers]),
  )?.[1];

async function atServer(): Promise<Place> {
  let now: MailAnswer | undefined;
  const taken: string[] = [];
  const dealWith = (where: MailAnswer['at'], go: Answer, answer = now) => {
    if (answer?.at !== where) return go();
    if (answer.says === 'hangs up') for (const { _socket: socket } of server.connections) socket.destroy();
    if (typeof answer.says === 'string') return;
    const [responseCode, text] = answer.says;
    go(Object.assign(new Error(text), { responseCode }));
  };
  const server: SMTPServer & { connections: Set<{ _socket: { destroy(): void } }> } = new SMTPServer({
    ...{ disabledCommands: ['STARTTLS'], disableReverseLookup: true, authOptional: true, closeTimeout: 1 },
    onConnect: (_session, go) => dealWith('CONN', go),
    onAuth: (_auth, _session, go) => dealWith('AUTH PLAIN', (error) => go(error, { user: 'shop' })),
    onMailFrom: (_from, _session, go) => dealWith('MAIL FROM', go),
    onRcptTo: ({ address }, _session, go) => dealWith('RCPT TO', go, at(address) ?? now),
    onData: async (stream, _session, go) => {
      const letter = (await stream.toArray()).join('');
      dealWith('DATA', (error) => {
        if (!error) taken.push(/^Message-ID: (.*)\r$/im.exec(letter)?.[1] ?? 'none');
        go(error);
      });
    },
  });
  server.on('error', () => undefined).listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as { port: number };
  // As long as needed where it answers, as short as can be where it does not.
  const waits = () => (now?.says === 'is silent' ? 100 : 20_000);
  let post: ReturnType<typeof smtpPost> | undefined;
  const open = () =>
    smtpPost(
      { smtpUrl: `smtp://shop:secret@127.0.0.1:${port}`, access: {} },
      { connectionTimeout: waits(), socketTimeout: waits() },
    );
  after(() => {
    post?.close();
    server.close();
  });
  return {
    post: {
      send(letter) {
        post ??= open();
        return post.send(letter);
      },
    },
    taken: async () => taken,
    answer(answer) {
      post?.close();
      [post, now] = [undefined, answer];
    },
  };
}

async function inMemory(): Promise<Place> {
  const mailbox = new Mailbox();
  const faults = new Faults(new Random(1), 0);
  const process = { clock: systemClock, alive: () => true };
  const calls = new Calls(faults, process as never, () => undefined);
  const { post } = notifyPortsIn({ calls, process, system: { mailbox } } as unknown as Surroundings);
  return {
    post,
    taken: async () =>
      [...mailbox.letters.values()].flatMap((ids) => [...ids].flatMap(([id, count]) => Array(count).fill(id))),
    answer: (answer) =>
      faults.outage('SMTP', answer && answers.SMTP.length - mailAnswers.length + mailAnswers.indexOf(answer)),
  };
}

const letterTo = (to: string, version = 1): Letter => ({
  ...{ messageId: `<order-${version}@here>`, to, subject: 'a', text: 'a', html: 'a' },
  headers: { 'X-Despacho-Order': 'order', 'X-Despacho-Version': String(version) },
});
const ana = letterTo(`${recipients.usual}@example.com`);

const codeOf = ({ says }: MailAnswer): string =>
  typeof says === 'string'
    ? { 'hangs up': 'ECONNECTION', 'is silent': 'ETIMEDOUT' }[says]
    : `SMTP ${says[0]} ${says[1].split(' ')[0]}`;
const faultBy = (answer: MailAnswer): MailFault => ({ kind: answer.concerns, code: codeOf(answer) });

for (const [where, open] of Object.entries({ 'to a mail server': atServer, 'in memory': inMemory })) {
  describe(`letters ${where}`, () => {
    const faultOf = async ({ post }: Place, letter: Letter) =>
      post.send(letter).then(
        () => undefined,
        (error) => mailFault(error),
      );

    test('one that is taken lies there once, and again when it comes again', async () => {
      const place = await open();
      await place.post.send(ana);
      assert.deepEqual(await place.taken(), [ana.messageId]);
      await place.post.send(ana);
      assert.deepEqual(await place.taken(), [ana.messageId, ana.messageId]);
    });

    test('a recipient that there is not, or that is greylisted, holds up no other', async () => {
      const place = await open();
      const faults = await Promise.all(
        [`${recipients.gone}1@example.com`, `${recipients.grey}1@example.com`, ana.to].map((to, index) =>
          faultOf(place, letterTo(to, index + 1)),
        ),
      );
      assert.deepEqual(faults, [faultBy(recipientAnswers.gone), faultBy(recipientAnswers.grey), undefined]);
      assert.deepEqual(await place.taken(), ['<order-3@here>']);
    });

    for (const answer of mailAnswers) {
      const said = typeof answer.says === 'string' ? answer.says : `says ${answer.says.join(' ')}`;
      test(`a server that ${said} to ${answer.at} has not taken the letter, and takes it when that is over`, async () => {
        const place = await open();
        place.answer(answer);
        assert.deepEqual(await faultOf(place, ana), faultBy(answer));
        assert.deepEqual(await place.taken(), []);
        place.answer(undefined);
        await place.post.send(ana);
        assert.deepEqual(await place.taken(), [ana.messageId]);
      });
    }
  });
}
