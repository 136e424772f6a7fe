/** Passwords are planted in every address, a customer's address in an order; then all that anybody sees is searched. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { SMTPServer } from 'smtp-server';
import { indexNames } from '../functions/metrics/fields.ts';
import { usualHome } from '../functions/nativeEngines.ts';
import { readSettings } from '../functions/settings.ts';
import { tracesOf } from './chaos/traces.ts';
import { freePorts, startOffline } from './offline.ts';
import { documentsOf } from './system/documents.ts';
import { openTrial } from './system/trial.ts';

const planted = 'S3CRET-planted';
const email = 'nobody.but.me@example.com';
const street = 'Calle Plantada 4711';

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

/** The lines of the trail that came after this moment: the first is written soon after it has been answered. */
async function trailSince(moment: string): Promise<string> {
  const file = join(usualHome, 'logs/trail.log');
  for (;;) {
    const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
    const told = lines.filter((line) => line && JSON.parse(line).at >= moment);
    if (told.some((line) => JSON.parse(line).what === 'GET /api/orders')) return told.join('\n');
    await delay(20);
  }
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

  const { orderId } = await trial.customer.order({ details: { email, address: street } });
  await trial.until('orders.events.dead', ({ headers = {} }) => {
    for (const [name, value] of Object.entries(headers)) seen.push(`${name}: ${value}`);
    return true;
  });
  const ask = async (path: string) => {
    const answer = await fetch(`${url}/api/${path}`);
    seen.push(JSON.stringify([...answer.headers]));
    return answer.text();
  };
  const { namespace } = trial.settings;
  for (const path of ['session', 'dead', 'orders', `order?id=${orderId}`, `messages?topic=${namespace}orders.placed`]) {
    seen.push(await ask(path));
  }
  // Whoever looks for a person is in the trail, and not whom they have looked for.
  const since = new Date().toISOString();
  const found = await ask(`orders?words=${encodeURIComponent(email)}&personal=true`);
  assert.ok(found.includes(email));
  seen.push(await trailSince(since));
  for (const index of indexNames) seen.push(JSON.stringify(await documentsOf(trial.settings, index, {})));
  // As a run of faults keeps what it was told: by systems whose words nobody has redacted.
  const said = `sent to <${email}> by redis://shop:${planted}@127.0.0.1`;
  const traces = await tracesOf(trial.settings, [orderId], said);
  assert.ok(traces.includes(orderId));
  seen.push(traces);

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
  for (const secret of [planted, email, street, ...passwords]) {
    assert.deepEqual(
      seen.filter((line) => line.includes(secret)),
      [],
      secret,
    );
  }
});
