import assert from 'node:assert/strict';
import { numbered, type Rule } from '../rule.ts';

const beyond = 'goes beyond AWS';

export const orderingRules: Rule[] = [
  {
    name: 'key order: different keys run at the same time, one key stays in order',
    words: beyond,
    beyond: true,
    event: { batchSize: 1 },
    extra: { ordering: 'key', concurrency: 4, concurrencyPerWorker: 4 },
    async handler(_, { texts, gate, note }) {
      note(`begin ${texts[0]}`);
      if (texts[0] === 'a1') await gate('go');
      note(`end ${texts[0]}`);
    },
    async check(scene) {
      const records = ['a1', 'a2', 'b1', 'c1', 'b2'].map((value) => ({ partition: 0, key: value.slice(0, 1), value }));
      await scene.produce(records);
      await scene.until('the others', () => ['end c1', 'end b2'].every((note) => scene.notes().includes(note)));
      scene.open('go');
      await scene.untilCommitted(0, 5);
      const notes = scene.notes();
      for (const key of ['a', 'b'])
        assert.ok(notes.indexOf(`begin ${key}2`) > notes.indexOf(`end ${key}1`), notes.join());
      assert.ok(notes.indexOf('begin c1') < notes.indexOf('end a1'), notes.join());
    },
  },
  {
    name: 'key order: a poison record parks its key until it is dead-lettered, the others go on',
    words: beyond,
    beyond: true,
    event: { batchSize: 1, onFailureDestination: 'kafka://$TOPIC.dead' },
    extra: { ordering: 'key', concurrency: 2, maximumRetryAttempts: 4 },
    handler(_, { texts }) {
      if (texts[0] === 'poison') throw new Error('bad');
    },
    async check(scene) {
      const others = numbered(20).map((value) => ({ partition: 0, key: value, value }));
      await scene.produce([
        { partition: 0, key: 'p', value: 'poison' },
        { partition: 0, key: 'p', value: 'healed' },
        ...others,
      ]);
      await scene.untilCommitted(0, 22);
      const delivered = scene.delivered();
      assert.ok(delivered.indexOf('r19') < delivered.lastIndexOf('poison'), 'the others waited');
      assert.ok(delivered.indexOf('healed') > delivered.lastIndexOf('poison'), 'the key was not parked');
      assert.deepEqual(await scene.letters(), ['poison']);
    },
  },
  {
    name: 'key order: what was done above the commit is not delivered again after kill -9',
    words: beyond,
    beyond: true,
    isolated: true,
    event: { batchSize: 1 },
    extra: { ordering: 'key', concurrency: 4, concurrencyPerWorker: 4 },
    async handler(_, { texts, gate }) {
      if (texts[0] === 'stuck') await gate('go');
    },
    async check(scene, process) {
      const others = numbered(50).map((value, index) => ({ partition: 0, key: `${index % 7}`, value }));
      await scene.produce([
        { partition: 0, key: 'x', value: 'first' },
        { partition: 0, key: 's', value: 'stuck' },
        ...others,
        { partition: 0, key: 'x', value: 'last' },
      ]);
      await scene.untilDelivered([...numbered(50), 'last']);
      await scene.untilCommitted(0, 1);
      await scene.until('the gaps in the metadata', async () => {
        const [group] = await scene.admin.fetchOffsets({ groupId: scene.group, topics: [scene.topic] });
        return group?.partitions[0]?.metadata === 'tried+1.1f,';
      });
      await process.running().kill();
      await process.start();
      await scene.until(
        'the stuck record again',
        () => scene.delivered().filter((text) => text === 'stuck').length === 2,
      );
      scene.open('go');
      await scene.untilCommitted(0, 53);
      const twice = scene.delivered().filter((text, index, all) => all.indexOf(text) !== index);
      assert.deepEqual(twice, ['stuck']);
    },
  },
  {
    name: 'no order: records wait for nobody',
    words: beyond,
    beyond: true,
    event: { batchSize: 1 },
    extra: { ordering: 'none', concurrency: 3, concurrencyPerWorker: 3 },
    async handler(_, { texts, gate }) {
      if (texts[0] === 'r0') await gate('go');
    },
    async check(scene) {
      await scene.produce(numbered(10).map((value) => ({ partition: 0, key: 'same', value })));
      await scene.untilDelivered(numbered(10));
      scene.open('go');
      await scene.untilCommitted(0, 10);
    },
  },
];
