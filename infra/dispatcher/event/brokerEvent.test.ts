/** A broker that takes connections and answers nothing. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { systemClock } from '../../clock.ts';
import { portOf } from '../../http/portOf.ts';
import { planOf } from '../config/mapping.ts';
import { brokerEvent } from './brokerEvent.ts';

test('event: it is given up at once also while it connects', { timeout: 30_000 }, async (context) => {
  const silent = createServer().listen(0, '127.0.0.1');
  const open: Socket[] = [];
  silent.on('connection', (socket) => open.push(socket));
  context.after(() => {
    silent.close();
    for (const socket of open) socket.destroy();
  });
  await once(silent, 'listening');
  const kafka = {
    topic: 't',
    bootstrapServers: [`127.0.0.1:${portOf(silent)}`],
    accessConfigurations: { vpcSubnet: ['subnet-0'] },
  };
  const functions = { f: { handler: 'app.main', runtime: 'python3.13', events: [{ kafka }] } };
  const plan = planOf({ functions }, import.meta.dirname, { endpoint: 'http://127.0.0.1:1' });
  const [mapping = assert.fail('no mapping')] = plan.mappings;
  const giving = new AbortController();
  silent.once('connection', () => giving.abort(new Error('given up')));
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const event = brokerEvent(mapping, plan, 1, { clock: systemClock, log, signal: giving.signal });
  await assert.rejects(event, /given up/);
});
