import { createTransport } from 'nodemailer';
import type { Settings } from '../settings.ts';
import type { Post } from './ports.ts';

const sender = { name: 'Despacho', address: 'pedidos@despacho.local' };

/** A few connections that stay open: opening one costs more than sending a letter. */
export function smtpPost(settings: Pick<Settings, 'smtpUrl'>): Post & { close(): void } {
  const transport = createTransport({
    url: settings.smtpUrl,
    pool: true,
    maxConnections: 4,
    maxMessages: Number.POSITIVE_INFINITY,
    connectionTimeout: 5000,
    socketTimeout: 20_000,
  });
  return {
    async send({ messageId, to, subject, text, html, headers }) {
      await transport.sendMail({ from: sender, to, subject, text, html, messageId, headers: { ...headers } });
    },
    close: () => transport.close(),
  };
}
