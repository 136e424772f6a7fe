/** What is promised: a store that is killed in mid-run costs time, and not one message; none is kept twice. */
import assert from 'node:assert/strict';
import { after, before, describe, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { readLabSettings } from '../../functions/messages/settings.ts';
import { type StoreName, storeNames, stores } from '../../functions/messages/targets.ts';
import { readSettings } from '../../functions/settings.ts';
import { engineNamed } from '../../infra/engines/catalogue.ts';
import { type Trial as Engines, privateEngines } from '../../infra/engines/engines.fixture.ts';
import { isGone } from '../../infra/engines/processGroup.ts';
import { type Ready, up } from '../../infra/engines/up.ts';
import { removeNamespace } from '../../infra/system/namespace.ts';
import { end as endChild, LabChild } from '../../scripts/lab/processes/child.ts';
import { produce } from '../../scripts/lab/produce.ts';
import { digestOf, prove } from '../../scripts/lab/proof.ts';
import { inspections } from '../../scripts/lab/stores/inspections.ts';
import { makeTopics } from '../../scripts/lab/topics.ts';
import { type Cable, layCable } from '../faults/cable.ts';

const count = 15_000;
/** ms for which the connections are in each of their conditions. */
const spell = 1000;

/** Resolves when the consumer tells of at least so many messages. */
async function reached(consumer: LabChild, messages: number): Promise<void> {
  while (consumer.messages < messages) await consumer.hear('progress');
}

type Saving = Readonly<{
  consumer: LabChild;
  /** Between the functions and the store. */
  cable: Cable;
  /** Sends messages, at so many per second. @returns what was sent */
  send(rate: number): ReturnType<typeof produce>;
  /** Resolves when all are saved. @throws AssertionError where the store holds another thing than what was sent */
  assertExact(digest: Awaited<ReturnType<typeof produce>>['digest']): Promise<void>;
}>;

/** A cable to a store, and a consumer that is saving what comes in. */
async function saving(context: TestContext, name: StoreName, { address, tells }: Ready): Promise<Saving> {
  const finish: (() => Promise<void>)[] = [];
  context.after(async () => {
    for (const end of finish.reverse()) await end();
  });
  const cable = await layCable(address.includes('://') ? address : `tcp://${address}`);
  finish.push(async () => cable.close());
  Object.assign(process.env, tells, { [engineNamed(stores[name].engine).external]: cable.url.replace('tcp://', '') });
  process.env.DESPACHO_NAMESPACE = `lab-${crypto.randomUUID().slice(0, 4)}.`;
  process.env.DESPACHO_METRICS = 'false';
  const settings = readSettings();
  await makeTopics('posts', settings);
  finish.push(() => removeNamespace(settings));
  const consumer = new LabChild('consumer', {}, () => undefined);
  finish.push(() => endChild(consumer));
  const consumed = consumer.hear('consumed');
  const options = { kind: 'posts', target: name, group: 'killed', place: settings } as const;
  consumer.tell({ kind: 'consume', options, count });
  await consumer.hear('ready');
  return {
    consumer,
    cable,
    send(rate) {
      const posts = { kind: 'posts', source: 'synthetic', seed: 7, track: [], languages: [] } as const;
      const pace = { rate, distribution: 'poisson', count, duration: undefined } as const;
      return produce({ ...posts, ...pace }, { place: settings, log: () => undefined });
    },
    async assertExact(digest) {
      await consumed;
      const inspection = inspections[name](readLabSettings());
      const proof = await digestOf(inspection.rows())
        .then((rows) => prove('posts', digest, rows, settings))
        .finally(() => inspection.close());
      assert.ok(proof.exact, JSON.stringify(proof));
      assert.ok(proof.rows.startsWith(`${count}-`));
    },
  };
}

before(async () => {
  for (const { tells } of await up(['kafka', 'elasticsearch'])) Object.assign(process.env, tells);
});

for (const name of storeNames) {
  const { title, engine } = stores[name];

  describe(title.en, () => {
    /** A store of our own. */
    let trial: Engines;
    let ready: Ready;
    before(async () => {
      trial = await privateEngines(engine);
      ready = await trial.up(engine);
    });
    after(() => trial?.end());

    test(`no message is lost or doubled when ${title.en} is killed and comes back in mid-run`, async (context) => {
      const { consumer, send, assertExact } = await saving(context, name, ready);
      const produced = send(5000);
      await reached(consumer, 1000);
      const group = await trial.group(engine);
      process.kill(-group, 'SIGKILL');
      assert.ok(await isGone(group, 10));
      const { digest } = await produced;
      assert.ok(consumer.messages < count, 'the store was killed too late to test anything');
      await trial.up(engine);
      await assertExact(digest);
    });

    test(`no message is lost or doubled, whatever becomes of the connections to ${title.en}`, async (context) => {
      const { consumer, cable, send, assertExact } = await saving(context, name, ready);
      const produced = send(2000);
      await reached(consumer, 1000);
      for (const condition of ['reset', 'halve', 'lose', 'hold', 'cut'] as const) {
        cable.become(condition);
        await pause(spell);
      }
      assert.ok(consumer.messages < count, 'nothing was on its way any more');
      cable.become('whole');
      await assertExact((await produced).digest);
    });
  });
}
