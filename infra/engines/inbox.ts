import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { smtpOptions } from '../access/clientOptions.ts';
import { readDays, usualDays } from '../letterDays.ts';
import type { Asked, Engine } from './engine.ts';

const folder = join(import.meta.dirname, '../inbox');

/** Its SMTP side is what the system is told of; ours is seen to be ready by its HTTP side, which opens last. */
async function ready(address: string, { access }: Asked): Promise<void> {
  const { createTransport } = await import('nodemailer');
  const timeouts = { connectionTimeout: 2000, greetingTimeout: 2000 };
  const transport = createTransport({ ...smtpOptions(address, access), ...timeouts });
  try {
    await transport.verify();
  } finally {
    transport.close();
  }
}

/** The address is its SMTP side, `INBOX_URL` its HTTP side. A running one is replaced when its files have changed. */
export const inbox: Engine = {
  name: 'inbox',
  title: 'the inbox',
  external: 'SMTP_URL',
  ports: [
    { variable: 'SMTP_PORT', usual: 1025 },
    { variable: 'INBOX_PORT', usual: 1080 },
  ],
  address: (port) => `smtp://127.0.0.1:${port}`,
  tells: (site) => ({ INBOX_URL: `http://127.0.0.1:${site.port('INBOX_PORT')}` }),
  // It comes with the project.
  install: async () => {},
  launch: (site) => ({
    command: [
      process.execPath,
      join(folder, 'main.ts'),
      site.data,
      String(site.port('SMTP_PORT')),
      String(site.port('INBOX_PORT')),
      String(readDays(site.variable('DESPACHO_KEEP_LETTERS') ?? String(usualDays))),
    ],
    sources: [
      // Whose letters it takes.
      join(import.meta.dirname, '../access/peer.ts'),
      ...readdirSync(folder)
        .filter((file) => !file.includes('.test.'))
        .map((file) => join(folder, file)),
    ],
  }),
  ready,
  patience: { start: 20, stop: 5 },
};
