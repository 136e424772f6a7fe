/** The SMTP side: a letter is answered with 250 only when the mailbox has it. */
import { SMTPServer, type SMTPServerDataStream } from 'smtp-server';
import { isOfAnotherUser } from '../access/peer.ts';
import type { Gate } from '../http/guard.ts';
import type { Mailbox } from './mailbox.ts';

const mostBytes = 10 * 1024 * 1024;
/** Each may have a letter half said. A sender that finds them taken is told to come again. */
const mostClients = 100;

function refusal(code: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode: code });
}

async function take(stream: SMTPServerDataStream, mailbox: Pick<Mailbox, 'keep'>): Promise<void> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= mostBytes) chunks.push(chunk);
  }
  if (size > mostBytes) throw refusal(552, `The letter is over ${mostBytes} bytes`);
  await mailbox.keep(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
}

/**
 * Takes every letter to anybody, of this machine's user alone: no login, no encryption, for 127.0.0.1 only.
 * @param gate `anyUser` lets in programs of other users of this machine, too
 */
export function smtpSide(mailbox: Pick<Mailbox, 'keep'>, { anyUser = false }: Pick<Gate, 'anyUser'> = {}): SMTPServer {
  const server = new SMTPServer({
    banner: 'despacho inbox',
    disabledCommands: ['AUTH', 'STARTTLS'],
    disableReverseLookup: true,
    logger: false,
    size: mostBytes,
    maxClients: mostClients,
    closeTimeout: 1000,
    onConnect(session, answer) {
      if (!anyUser && isOfAnotherUser(session)) answer(refusal(554, 'Other users of this machine are refused'));
      else answer();
    },
    onData(stream, _session, answer) {
      take(stream, mailbox).then(
        () => answer(null, 'kept'),
        (error) => answer(error),
      );
    },
  });
  // A client that goes away in the middle of a letter is its own affair.
  server.on('error', (error) => console.error(error.message));
  return server;
}
