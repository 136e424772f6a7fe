import { createTransport } from 'nodemailer';
import { smtpOptions } from '../../infra/access/clientOptions.ts';
import type { Settings } from '../settings.ts';
import type { Post } from './ports.ts';

const sender = { name: 'Despacho', address: 'pedidos@despacho.local' };

/** A few connections that stay open: opening one costs more than sending a letter. */
export function smtpPost(settings: Pick<Settings, 'smtpUrl' | 'access'>): Post & { close(): void } {
  const transport = createTransport({
    ...smtpOptions(settings.smtpUrl, settings.access),
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
