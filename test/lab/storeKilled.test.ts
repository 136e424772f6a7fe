/** What is promised: a store that is killed in mid-run costs time, and not one message; none is kept twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readLabSettings } from '../../functions/messages/settings.ts';
import { storeNames, stores } from '../../functions/messages/targets.ts';
import { readSettings } from '../../functions/settings.ts';
import { privateEngines } from '../../infra/engines/engines.fixture.ts';
import { isGone } from '../../infra/engines/processGroup.ts';
import { up } from '../../infra/engines/up.ts';
import { removeNamespace } from '../../infra/system/namespace.ts';
import { end as endChild, LabChild } from '../../scripts/lab/processes/child.ts';
import { produce } from '../../scripts/lab/produce.ts';
import { digestOf, prove } from '../../scripts/lab/proof.ts';
import { inspections } from '../../scripts/lab/stores/inspections.ts';
import { makeTopics } from '../../scripts/lab/topics.ts';

const count = 15_000;

/** Resolves when the consumer tells of at least so many messages. */
async function reached(consumer: LabChild, messages: number): Promise<void> {
  while (consumer.messages < messages) await consumer.hear('progress');
}

for (const name of storeNames) {
  const { title, engine } = stores[name];

  test(`no message is lost or doubled when ${title.en} is killed and comes back in mid-run`, async (context) => {
    // Prepare: a store of our own, and a consumer that is saving what comes in.
    for (const { tells } of await up(['kafka', 'elasticsearch'])) Object.assign(process.env, tells);
    const trial = await privateEngines(engine);
    const finish = [() => trial.end()];
    context.after(async () => {
      for (const end of finish.reverse()) await end();
    });
    Object.assign(process.env, (await trial.up(engine)).tells);
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
    const posts = { kind: 'posts', source: 'synthetic', seed: 7, track: [], languages: [] } as const;
    const pace = { rate: 5000, distribution: 'poisson', count, duration: undefined } as const;

    // Act: kill it while messages flow, and bring it back when all of them have been sent.
    const produced = produce({ ...posts, ...pace }, { place: settings, log: () => undefined });
    await reached(consumer, 1000);
    const group = await trial.group(engine);
    process.kill(-group, 'SIGKILL');
    assert.ok(await isGone(group, 10));
    const { digest } = await produced;
    assert.ok(consumer.messages < count, 'the store was killed too late to test anything');
    await trial.up(engine);
    await consumed;

    // Assess
    const inspection = inspections[name](readLabSettings());
    const proof = await digestOf(inspection.rows())
      .then((rows) => prove('posts', digest, rows, settings))
      .finally(() => inspection.close());
    assert.ok(proof.exact, JSON.stringify(proof));
    assert.ok(proof.rows.startsWith(`${count}-`));
  });
}
