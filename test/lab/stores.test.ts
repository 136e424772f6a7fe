/** The one contract of the stores, kept by each on its real engine. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { type Message, messageId } from '../../functions/messages/message.ts';
import type { Store } from '../../functions/messages/ports.ts';
import { type LabSettings, readLabSettings } from '../../functions/messages/settings.ts';
import { igniteStore } from '../../functions/messages/store.ignite.ts';
import { postgresStore } from '../../functions/messages/store.postgres.ts';
import { redisStore } from '../../functions/messages/store.redis.ts';
import { type StoreName, storeNames, stores } from '../../functions/messages/targets.ts';
import { up } from '../../infra/engines/up.ts';
import { Digest } from '../../scripts/lab/digest.ts';
import { type Inspection, rowText } from '../../scripts/lab/stores/inspection.ts';
import { inspections } from '../../scripts/lab/stores/inspections.ts';

const makers = { postgres: postgresStore, ignite: igniteStore, redis: redisStore };
const namespace = `lab-${crypto.randomUUID().slice(0, 4)}.`;

/** `count` messages of one partition, from offset `first` on, that came into Kafka so long ago (ms). */
const messages = (first: number, count: number, partition = 0, age = 0): Message[] =>
  Array.from({ length: count }, (_, index) => ({
    topic: 'tweets',
    partition,
    offset: first + index,
    producedAt: 1_790_000_000_123 + first + index - age,
    text: `¿Qué tal? 👩‍💻 "quoted" 'single' \\ {1,2} NULL #${first + index}`,
    at: 1_790_000_000_123 + first + index,
  }));

/** Of all rows, in any order: equal fingerprints are equal contents. */
async function contents(inspection: Inspection): Promise<string> {
  const digest = new Digest();
  for await (const rows of inspection.rows()) for (const row of rows) digest.add(rowText(row));
  return digest.toString();
}

function fingerprint(list: readonly Message[]): string {
  const digest = new Digest();
  for (const message of list) digest.add(rowText({ ...message, id: messageId(message) }));
  return digest.toString();
}

for (const name of storeNames) {
  describe(stores[name].title.en, () => {
    let [store, inspection, settings] = [] as unknown as [Store, Inspection, LabSettings];
    before(async () => {
      const [ready] = await up([stores[name].engine]);
      settings = readLabSettings({ ...process.env, ...ready?.tells, DESPACHO_NAMESPACE: namespace });
      inspection = inspections[name](settings);
      store = makers[name](settings);
      await inspection.renew();
    });
    after(async () => {
      await inspection.renew();
      await Promise.all([store.close(), inspection.close()]);
    });

    contract(name, () => ({ store, inspection, make: () => makers[name](settings) }));
  });
}

type Kept = Readonly<{ store: Store; inspection: Inspection; make(): Store }>;

function contract(name: StoreName, at: () => Kept): void {
  const list = [...messages(0, 2500), ...messages(0, 700, 1)];
  const anew = messages(0, 1200, 0, -3_600_000);
  /** Ignite overwrites and does not tell what was there. */
  const tells = name !== 'ignite';

  test('workers that start together make the table once, and none is refused', async () => {
    const { make, inspection } = at();
    const workers = Array.from({ length: 8 }, make);
    const each = workers.map((_, partition) => messages(0, 1, partition));
    await Promise.all(workers.map((worker, index) => worker.save(each[index] ?? [])));
    await Promise.all(workers.map((worker) => worker.close()));
    assert.equal(await contents(inspection), fingerprint(each.flat()));
    await inspection.renew();
  });

  test('keeps id, text and moment of every message', async () => {
    const { store, inspection } = at();
    assert.equal(await store.save(list), list.length);
    assert.equal(await contents(inspection), fingerprint(list));
  });

  test('delivering everything again changes nothing', async () => {
    const { store, inspection } = at();
    assert.equal(await store.save(list), tells ? 0 : list.length);
    assert.equal(await contents(inspection), fingerprint(list));
  });

  test('a batch of known and new messages keeps each once', async () => {
    const { store, inspection } = at();
    assert.equal(await store.save(messages(2000, 1000)), tells ? 500 : 1000);
    assert.equal(await contents(inspection), fingerprint([...list, ...messages(2500, 500)]));
  });

  test('the messages of a topic that was made anew are kept beside those that had their places', async () => {
    const { store, inspection } = at();
    assert.equal(await store.save(anew), anew.length);
    assert.equal(await store.save(anew), tells ? 0 : anew.length);
    assert.equal(await contents(inspection), fingerprint([...list, ...messages(2500, 500), ...anew]));
  });

  test('an empty batch is no trouble', async () => {
    assert.equal(await at().store.save([]), 0);
  });

  test('says on what terms it keeps, and in how many bytes', async () => {
    const { inspection } = at();
    assert.match((await inspection.promised()).en, /survives a power cut/);
    assert.ok((await inspection.bytes()) > 100_000);
  });
}
