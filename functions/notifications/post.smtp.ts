import { createTransport } from 'nodemailer';
import { smtpOptions } from '../../infra/access/clientOptions.ts';
import { systemClock } from '../../infra/clock.ts';
import type { Settings } from '../settings.ts';
import { mimeMessage } from './message.ts';
import type { Post } from './ports.ts';

const sender = 'pedidos@despacho.local';

/** ms for a connection with its greeting, and ms of silence after that, until a letter has failed. */
const patience = { connectionTimeout: 5000, socketTimeout: 20_000 };

/** A few connections that stay open: opening one costs more than sending a letter. */
export function smtpPost(
  settings: Pick<Settings, 'smtpUrl' | 'access'>,
  waits: typeof patience = patience,
): Post & { close(): void } {
  const transport = createTransport({
    ...smtpOptions(settings.smtpUrl, settings.access),
    pool: true,
    maxConnections: 4,
    maxMessages: Number.POSITIVE_INFINITY,
    // Else the pool tries it again by itself for seconds, without asking Redis whether it is out by now.
    maxRequeues: 0,
    ...waits,
  });
  return {
    async send(letter) {
      const raw = mimeMessage(letter, `Despacho <${sender}>`, systemClock.now());
      await transport.sendMail({ envelope: { from: sender, to: letter.to }, raw });
    },
    close: () => transport.close(),
  };
}
