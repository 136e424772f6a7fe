/** What writing documents is held to, in Elasticsearch and in what stands for it in the simulation: the same tests. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { elasticsearchDocuments } from '../../../functions/metrics/documents.elasticsearch.ts';
import type { Documents } from '../../../functions/metrics/ports.ts';
import { connectElasticsearch } from '../../../functions/runtime/connection.elasticsearch.ts';
import type { Document } from '../../../functions/runtime/ports.ts';
import { readSettings } from '../../../functions/settings.ts';
import { systemClock } from '../../../infra/clock.ts';
import { putTemplates } from '../../../infra/kibana/templates.ts';
import { Random } from '../../../infra/simulation/random.ts';
import { removeIndices } from '../../../infra/system/namespace.ts';
import { gatherDocuments, transitionsIndex } from '../../../scripts/audit/documents.ts';
import type { Evidence } from '../../../scripts/audit/evidence.ts';
import { answers } from './answers.ts';
import { Index, passing } from './engines.ts';
import { Calls, Faults } from './faults.ts';
import { indexPortsIn } from './ports.ts';
import type { Surroundings } from './system.ts';

const emailsIndex = 'despacho-emails';
/** What can be done to a real index, too, at once and to no other. */
type Trouble = 'flooded' | 'blocked' | 'closed' | 'missing';
const troubles: readonly Trouble[] = ['flooded', 'blocked', 'closed', 'missing'];

/** `transitions`: the ids that the audit finds in the index of transitions when it asks about one order. */
type Place = Readonly<{
  documents: Documents;
  transitions(orderId: string): Promise<string[]>;
  /** Befalls the index of e-mails from now on. */
  trouble(trouble: Trouble): Promise<void>;
  over(trouble: Trouble): Promise<void>;
  /** The same, and none answers. */
  away: Documents;
  close(): Promise<void>;
}>;

/** Ids that begin with zeros are unfit in memory; in Elasticsearch it is what the document holds. */
const [fitId, unfitId] = ['ffff', '0000'].map((start) => () => start + randomUUID().slice(start.length)) as [
  () => string,
  () => string,
];

async function inElasticsearch(): Promise<Place> {
  const settings = { ...readSettings(), namespace: `index-${randomUUID().slice(0, 6)}.` };
  const client = connectElasticsearch(settings);
  const documents = elasticsearchDocuments(settings);
  const away = elasticsearchDocuments({ ...settings, elasticsearchUrl: 'http://127.0.0.1:1' });
  await putTemplates(client, settings.namespace);
  const index = settings.namespace + emailsIndex;
  const block = (name: string, value: true | null) =>
    client.indices.putSettings({ index, settings: { [name]: value } });
  // Of this index alone: others may be made meanwhile.
  const made = (value: string | null) =>
    client.cluster.putSettings({ persistent: { 'action.auto_create_index': value } });
  const begin: Record<Trouble, () => Promise<unknown>> = {
    flooded: () => block('index.blocks.read_only_allow_delete', true),
    blocked: () => block('index.blocks.write', true),
    closed: () => client.indices.close({ index }),
    missing: () => made(`-${index},+*`).then(() => client.indices.delete({ index })),
  };
  const end: Record<Trouble, () => Promise<unknown>> = {
    flooded: () => block('index.blocks.read_only_allow_delete', null),
    blocked: () => block('index.blocks.write', null),
    closed: () => client.indices.open({ index }),
    missing: () => made(null),
  };
  return {
    ...{ documents, away },
    async transitions(orderId) {
      const found = { documents: new Set<string>(), placed: new Map([[orderId, {}]]), unseen: {} };
      await gatherDocuments(settings, { run: undefined, since: undefined }, found as unknown as Evidence);
      return [...found.documents].sort();
    },
    async close() {
      await made(null);
      await removeIndices(settings);
      await Promise.all([documents.close(), away.close(), client.close()]);
    },
    trouble: async (trouble) => void (await begin[trouble]()),
    over: async (trouble) => void (await end[trouble]()),
  };
}

async function inMemory(): Promise<Place> {
  let now: Trouble | undefined;
  const index = new Index((name) => (now && name === emailsIndex ? passing[now] : undefined), 0.5);
  const documentsBy = (faults: Faults): Documents => {
    const process = { clock: systemClock, alive: () => true };
    const calls = new Calls(faults, process as never, () => undefined);
    const settings = { namespace: '' };
    return indexPortsIn({ calls, process, settings, system: { index } } as unknown as Surroundings).documents;
  };
  const outage = new Faults(new Random(1), 0);
  outage.outage(
    'Elasticsearch',
    answers.Elasticsearch.findIndex((answer) => /ECONNREFUSED/.test(answer().message)),
  );
  return {
    documents: documentsBy(new Faults(new Random(1), 0)),
    away: documentsBy(outage),
    transitions: async (orderId) =>
      index
        .idsIn(transitionsIndex)
        .filter((id) => id.startsWith(orderId))
        .sort(),
    trouble: async (trouble) => {
      now = trouble;
    },
    over: async () => {
      now = undefined;
    },
    close: async () => undefined,
  };
}

const body = { '@timestamp': new Date().toISOString() };
const unfit: Document = { index: transitionsIndex, id: unfitId(), body: { '@timestamp': 'never' } };
/** Documents of an order's first steps. */
function someSteps() {
  const orderId = fitId();
  const step = (version: number): Document => ({ index: transitionsIndex, id: `${orderId}-${version}`, body });
  return { orderId, one: step(1), two: step(2), three: step(3) };
}
const email = (): Document => ({ index: emailsIndex, id: fitId(), body });

for (const [where, open] of Object.entries({ 'in Elasticsearch': inElasticsearch, 'in memory': inMemory })) {
  describe(`documents ${where}`, () => {
    let place: Place;
    before(async () => {
      place = await open();
    });
    after(() => place.close());

    test('each is written once, however often it comes, and the audit finds those of the orders that it asks about', async () => {
      const [{ orderId, one, two, three }, { documents }] = [someSteps(), place];
      assert.deepEqual(await documents.create([]), []);
      assert.deepEqual(await documents.create([one, email(), one, two, someSteps().one]), []);
      assert.deepEqual(await documents.create([two, three]), []);
      assert.deepEqual(await place.transitions(orderId), [one.id, two.id, three.id]);
    });

    test('one that will never be taken is named with the reason, and the others are written', async () => {
      const { orderId, one, two } = someSteps();
      const [refused, ...more] = await place.documents.create([one, unfit, two]);
      assert.deepEqual([refused?.document, more], [unfit, []]);
      assert.match(refused?.reason ?? '', /^document_parsing_exception: ./);
      assert.deepEqual(await place.transitions(orderId), [one.id, two.id]);
    });

    for (const trouble of troubles) {
      const { status, type } = passing[trouble];
      test(`while an index is ${trouble} its documents wait, those of others are written, and none is twice after that`, async () => {
        const [{ orderId, one, two }, letter] = [someSteps(), email()];
        await place.trouble(trouble);
        const waits = new RegExp(`wait in Kafka: 1 × ${status} ${type}: .`);
        await assert.rejects(place.documents.create([one, letter, two]), waits);
        assert.deepEqual(await place.transitions(orderId), [one.id, two.id]);
        await assert.rejects(place.documents.create([letter, unfit]), waits);
        await place.over(trouble);
        assert.deepEqual(await place.documents.create([one, letter, two]), []);
        assert.deepEqual(await place.transitions(orderId), [one.id, two.id]);
      });
    }

    test('one that is away has taken nothing, and says so', async () => {
      const { orderId, one } = someSteps();
      await assert.rejects(place.away.create([one]), /ECONNREFUSED/);
      assert.deepEqual(await place.transitions(orderId), []);
    });
  });
}
