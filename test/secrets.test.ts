/** Passwords are planted in every address, a customer's address in an order; then all that anybody sees is searched. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { readSettings } from '../functions/settings.ts';
import { freePorts, startOffline } from './offline.ts';
import { openTrial } from './system/trial.ts';

const planted = 'S3CRET-planted';
const email = 'nobody.but.me@example.com';

/** A mail server that asks for a login, and quotes the address: first it asks to try later, then it refuses for good. */
async function quotingServer() {
  let asked = 0;
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    logger: false,
    onAuth: ({ username }, _session, answer) => answer(null, { user: username ?? '' }),
    onRcptTo({ address }, _session, answer) {
      const code = asked++ === 0 ? 450 : 550;
      answer(Object.assign(new Error(`<${address}>: not for ${address}`), { responseCode: code }));
    },
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return { server, port: (server.server.address() as AddressInfo).port };
}

/** Like the engines' own, with a password where they have none. */
function withLogin(address: string): string {
  const url = new URL(address);
  if (!url.password) Object.assign(url, { username: 'shop', password: planted });
  return url.href.replace(/\/$/, '');
}

test('no password and no address of a customer is printed, logged, served or kept with a dead letter', async (context) => {
  const mail = await quotingServer();
  context.after(() => mail.server.close());
  const { redisUrl, elasticsearchUrl, inboxUrl } = readSettings();
  const { httpPort, websocketPort, lambdaPort } = await freePorts();
  const url = `http://127.0.0.1:${httpPort}`;
  const trial = await openTrial({
    REDIS_URL: redisUrl,
    ELASTICSEARCH_URL: withLogin(elasticsearchUrl),
    INBOX_URL: withLogin(inboxUrl),
    KIBANA_URL: withLogin('http://127.0.0.1:5601'),
    SMTP_URL: withLogin(`smtp://127.0.0.1:${mail.port}`),
    DESPACHO_CONSOLE_URL: url,
    DESPACHO_CONSOLE_SOCKET: `ws://127.0.0.1:${websocketPort}`,
  });
  const seen: string[] = [];
  const system = await startOffline(trial.environment, { lambdaPort }, (line) => seen.push(line));
  context.after(async () => {
    const ended = once(system, 'exit');
    if (system.exitCode === null && system.kill('SIGTERM')) await ended;
    await trial.close();
  });

  const { orderId } = await trial.customer.order({ details: { email } });
  await trial.until('orders.events.dead', ({ headers = {} }) => {
    for (const [name, value] of Object.entries(headers)) seen.push(`${name}: ${value}`);
    return true;
  });
  for (const path of ['session', 'dead', `order?id=${orderId}`]) {
    // The order itself is what was asked for; what surrounds it is not.
    const {
      order: _,
      records: __,
      ...told
    } = (await (await fetch(`${url}/api/${path}`)).json()) as Record<string, unknown>;
    seen.push(JSON.stringify(told));
  }

  assert.ok(
    seen.some((line) => line.includes('SMTP 450')),
    'the delay is told',
  );
  assert.ok(
    seen.some((line) => line.includes('SMTP 550')),
    'the refusal is told',
  );
  assert.ok(
    seen.some((line) => line.includes('http://127.0.0.1:5601')),
    'addresses are told',
  );
  const passwords = [redisUrl, elasticsearchUrl].map((address) => new URL(address).password).filter(Boolean);
  for (const secret of [planted, email, ...passwords]) {
    assert.deepEqual(
      seen.filter((line) => line.includes(secret)),
      [],
      secret,
    );
  }
});
