/** `npm start` ends at any moment, takes no other system for its own, and nothing that it has started outlives it. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { freePorts, processesOf } from '../offline.ts';
import { type Environment, openTrial, type Trial } from '../system/trial.ts';
import { Command } from './command.ts';

/** Milliseconds: far less than an engine is waited for. */
const soon = 15_000;

let trial: Trial;
let environment: Environment;

before(async () => {
  trial = await openTrial();
  const { httpPort, websocketPort } = await freePorts();
  environment = {
    ...trial.environment,
    DESPACHO_CONSOLE_URL: `http://127.0.0.1:${httpPort}`,
    DESPACHO_CONSOLE_SOCKET: `ws://127.0.0.1:${websocketPort}`,
    // Nobody is there: whatever is on this machine must not be asked for by a proxy.
    http_proxy: 'http://127.0.0.1:9',
  };
});
after(() => trial.close());

/** A group of its own, as a terminal makes it. */
const npmStart = (more: Environment = {}) =>
  new Command('npm', ['start', '--', '--native', '--clock', '50'], {
    env: { ...process.env, ...environment, ...more },
    detached: true,
  });

const pressCtrlC = ({ process: { pid } }: Command) => process.kill(-(pid as number), 'SIGINT');

/** Nothing tells of the end of processes that are nobody's children any more. */
async function nothingLeft(): Promise<void> {
  while (processesOf(trial.settings.namespace).length > 0) await delay(50);
}

describe('npm start ends, and leaves nothing', { concurrency: 1 }, () => {
  for (const moment of ['System: starting', 'Orders on their way', 'Up until Ctrl-C']) {
    test(`at Ctrl-C at "${moment}"`, async () => {
      const command = npmStart();
      await command.hear(moment);
      pressCtrlC(command);
      await command.ended;
      await nothingLeft();
      assert.match(
        command.said,
        moment === 'System: starting' ? /ended by SIGINT/ : /System: ending what is in flight/,
      );
    });
  }

  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    test(`at ${signal} while an engine is on its way up`, async () => {
      const silent = createServer((socket) => socket.on('error', () => undefined).resume()).listen(0, '127.0.0.1');
      await once(silent, 'listening');
      const command = npmStart({ KAFKA_BROKERS: `127.0.0.1:${(silent.address() as AddressInfo).port}` });
      await once(silent, 'connection');
      process.kill(-(command.process.pid as number), signal);
      const { end, milliseconds } = await command.end();
      assert.notEqual(end, 0);
      assert.match(command.said, new RegExp(`ended by ${signal}`));
      assert.ok(milliseconds < soon, `${milliseconds} ms`);
      silent.close();
      await nothingLeft();
    });
  }

  test('when npm is killed with -9', async () => {
    const command = npmStart();
    await command.hear('Up until Ctrl-C');
    command.signal('SIGKILL');
    await nothingLeft();
  });

  test('with the reason of its system, where a port is taken, and who has it', async () => {
    const [host, port] = trial.settings.grpcAddress.split(':');
    const other = createServer().listen(Number(port), host);
    await once(other, 'listening');
    const command = npmStart();
    assert.equal((await command.end()).end, 1);
    const holder = new RegExp(`Port ${port}, which the gateway needs, is taken by .*process ${process.pid}`);
    assert.match(command.said, holder);
    other.close();
    await nothingLeft();
  });
});
