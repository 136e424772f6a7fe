/** A small real run in which everything happens that a dashboard can show, for a test to ask about. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { commandTopic, eventsTopic } from '../../functions/orders/topics.ts';
import { keepInElasticsearch } from '../../scripts/lab/record/keep.ts';
import { run as labRun } from '../../scripts/lab/run.ts';
import { keep } from '../../scripts/load/keep.ts';
import { runLoad } from '../../scripts/load/run.ts';
import { openTrial, type Trial } from '../../test/system/trial.ts';
import { BacklogWatch } from '../console/lag.ts';
import { LagRecord } from '../console/lagRecord.ts';

/** A mail server that asks to try again later, once, and takes all mail after that. */
async function moodyMailServer() {
  let moody = true;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onMailFrom(_address, _session, answer) {
      if (!moody) return answer();
      moody = false;
      answer(Object.assign(new Error('Try again later'), { responseCode: 451 }));
    },
    onData(stream, _session, answer) {
      stream.on('end', () => answer()).resume();
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const { port } = server.server.address() as AddressInfo;
  return { url: `smtp://127.0.0.1:${port}`, close: () => new Promise<void>((done) => server.close(done)) };
}

async function sendRubbish({ kafka, settings }: Trial): Promise<void> {
  const producer = kafka.producer();
  await producer.connect();
  const topics = [commandTopic('process'), eventsTopic];
  await producer.sendBatch({
    topicMessages: topics.map((topic) => ({ topic: settings.namespace + topic, messages: [{ value: '{' }] })),
  });
  await producer.disconnect();
}

/** Resolves when every function has read all that is there for it, and keeps how far they are behind. */
async function emptied({ settings }: Trial): Promise<void> {
  const watch = new BacklogWatch(settings);
  const record = new LagRecord(settings);
  await watch.connect();
  try {
    for (;;) {
      const { lag } = await watch.look();
      await record.keep(lag, Date.now());
      const behind = lag.flatMap(({ partitions }) => partitions).some((records) => records > 0);
      if (lag.some(({ group }) => group === 'notify') && !behind) return;
    }
  } finally {
    await Promise.all([watch.close(), record.close()]);
  }
}

const loadedOrders = 30;

async function orders(trial: Trial): Promise<void> {
  const system = await trial.start({ handlers: { notify: 'test/system/stumblingNotify.notify' } });
  const { orderId } = await trial.customer.order({ clock: 1 });
  // Before the gateway has seen its first step, nobody can cancel an order.
  await trial.customer.watch(orderId, ({ command }) => {
    if (command === 'process') trial.customer.cancel(orderId);
  });
  const { grpcAddress: address } = trial.settings;
  const load = { distribution: 'poisson', rate: 30, count: loadedOrders, clock: 200, run: trial.run, address } as const;
  await runLoad(load, { onOutcomes: async (ended) => void (await keep(ended, trial.settings)) });
  await trial.finished(loadedOrders + 1);
  // Only now: the watch above could not read it either.
  await sendRubbish(trial);
  await emptied(trial);
  await system.stop();
}

async function lab(trial: Trial): Promise<void> {
  const posts = { kind: 'posts', source: 'synthetic', seed: 1, track: [], languages: [], count: 2000 } as const;
  const produce = { ...posts, rate: undefined, distribution: 'constant', duration: undefined } as const;
  const options = { produce, target: 'redis', pace: 'backlog', durability: 'lazy', rest: 1, force: false } as const;
  await keepInElasticsearch(await labRun(options, { log: () => {}, environment: trial.environment }), trial.settings);
}

/** @returns the trial with everything in Elasticsearch; `close` removes it all */
export async function eventfulRun(): Promise<{ trial: Trial; close(): Promise<void> }> {
  const mail = await moodyMailServer();
  const trial = await openTrial({ SMTP_URL: mail.url, DESPACHO_SETBACK: '0.3' });
  const close = async () => {
    await trial.close();
    await mail.close();
  };
  try {
    await orders(trial);
    await lab(trial);
    return { trial, close };
  } catch (error) {
    await close();
    throw error;
  }
}
