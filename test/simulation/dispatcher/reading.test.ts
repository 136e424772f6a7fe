/** What is read, in situations in which records were lost or partitions stood still. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failing, Stage, type Work } from './stage.ts';

const numbers = (count: number, prefix = '') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);
const sorted = (list: readonly (string | undefined)[]) => [...list].sort();

test('no record is skipped where one consumer has more than 100 partitions, and learns late where to read', async () => {
  const ids = [...Array(150).keys()];
  const event = { maximumBatchingWindow: 0.5, batchSize: 1000 };
  for (const [seed, milliseconds] of [40, 55, 70, 85, 100, 115, 130, 145].entries()) {
    await Stage.with({ seed, partitions: ids.length, event, extra: { concurrency: 50 } }, async (stage) => {
      const write = (round: number) => {
        for (const id of ids) stage.append([`${id} ${round}`], id);
        if (round < 59) stage.kafka.after(5, () => write(round + 1));
      };
      write(0);
      stage.delayPositions({ kind: 'delay', milliseconds, of: 'answer' });
      await stage.start();
      await stage.until('all committed', () => ids.every((id) => stage.committed(id) === 60));
      assert.deepEqual(sorted(stage.values), sorted(ids.flatMap((id) => numbers(60, `${id} `))));
    });
  }
});

test('a backlog of which the filter wants nothing is passed, and what it wants after it arrives', async () => {
  const event = { filterPatterns: [{ value: { a: ['wanted'] } }] };
  await Stage.with({ event }, async (stage) => {
    stage.append(Array(25_000).fill('{"a":"x"}'));
    await stage.start();
    await stage.until('it is passed', () => stage.committed() === 25_000);
    stage.append(['{"a":"wanted"}']);
    await stage.until('the one', () => stage.delivered.length === 1);
  });
});

test('a topic that is deleted and made anew while it is read is read from its beginning', async () => {
  for (const grown of [3, 300]) {
    await Stage.with({ event: { batchSize: 50 } }, async (stage) => {
      stage.append(numbers(100, 'old '));
      await stage.start();
      await stage.until('the old ones', () => stage.committed() === 100);
      stage.kafka.deleteTopic('t');
      stage.kafka.createTopic('t', { partitions: 1 });
      await stage.time.pass(3000);
      stage.append(numbers(grown, 'new '));
      await stage.until('the new ones', () => stage.committed() === grown);
      assert.deepEqual(stage.values.slice(100), numbers(grown, 'new '));
    });
  }
});

/** Half a second after the beginning of the simulation's time. */
const startingPositionTimestamp = Date.UTC(2026, 0, 1) / 1000 + 0.5;

for (const event of [{ startingPosition: 'LATEST' }, { startingPosition: 'AT_TIMESTAMP', startingPositionTimestamp }]) {
  const title = `a log that is truncated while it is read from ${event.startingPosition} on`;
  test(`${title} loses nothing of what is written after that, and nothing older comes`, async () => {
    await Stage.with({ event }, async (stage) => {
      stage.append(numbers(50, 'before '));
      await stage.time.pass(1000);
      await stage.start();
      stage.append(numbers(5, 'first '));
      stage.append(numbers(5, 'lost '));
      await stage.until('the first', () => stage.committed() === 60);
      stage.kafka.records.truncate('t', 0, 55);
      stage.append(numbers(3, 'after '));
      await stage.until('those after', () => stage.values.includes('after 2'));
      await stage.until('all committed', () => stage.committed() === 58);
      assert.deepEqual(stage.values.slice(-3), numbers(3, 'after '));
      assert.ok(!stage.values.some((value) => value?.startsWith('before')), 'nothing is older than that');
    });
  });
}

test('what was done of a log that was cut while nobody read it is not taken for what was written since', async () => {
  const work: Work = (records) => (records.some(({ value }) => value === 'stuck') ? { outcome: failing } : undefined);
  const extra = { ordering: 'none', concurrency: 10 };
  await Stage.with({ event: { batchSize: 1 }, extra, work }, async (stage) => {
    stage.append(['first', 'stuck']);
    stage.append(numbers(5, 'cut '));
    await stage.start();
    await stage.until('all but one', () => stage.values.includes('cut 4') && stage.committed() === 1);
    await stage.time.pass(1000);
    stage.kill();
    stage.kafka.records.truncate('t', 0, 2);
    await stage.start();
    await stage.until('it reads again', () => stage.values.filter((value) => value === 'stuck').length > 5);
    stage.append(numbers(8, 'new '));
    await stage.until('the new ones', () => numbers(8, 'new ').every((value) => stage.values.includes(value)));
  });
});

test('where retention has removed what was to be read next, reading goes on with what there is', async () => {
  await Stage.with({ extra: { maximumRetryAttempts: 3 } }, async (stage) => {
    stage.append(numbers(20));
    await stage.start();
    await stage.until('all', () => stage.committed() === 20);
    stage.kill();
    stage.append(numbers(10, 'gone '));
    stage.append(numbers(5, 'kept '));
    stage.kafka.records.deleteBefore('t', 0, 30);
    await stage.start();
    await stage.until('the kept', () => stage.committed() === 35);
    assert.deepEqual(stage.values.slice(20), numbers(5, 'kept '));
  });
});

test('no name of a header keeps a record from its function, and headers keep their order', async () => {
  await Stage.with({}, async (stage) => {
    const names = ['7', 'constructor', 'b', '__proto__', 'toString', 'b', 'hasOwnProperty', '7'];
    const headers = names.map((name, index) => [name, `${index}`] as const);
    stage.kafka.records.append('t', 0, [{ value: 'odd', headers }, { value: 'next' }]);
    const dispatcher = await stage.start();
    await stage.until('both', () => stage.delivered.length === 2);
    const told = stage.delivered[0]?.record.headers.map((one) => Object.entries(one)[0]);
    assert.deepEqual(
      told?.map((entry) => entry?.[0]),
      names,
    );
    assert.deepEqual(
      told?.map((entry) => String.fromCharCode(...(entry?.[1] ?? []))),
      numbers(names.length),
    );
    assert.equal(dispatcher.stats().mappings['f:t']?.crashes, 0);
  });
});

test('topics in each of the compressions are read', async () => {
  await Stage.with({}, async (stage) => {
    const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
    for (const compression of compressions) {
      stage.kafka.records.append(
        't',
        0,
        numbers(20, `${compression} `).map((value) => ({ value })),
        { compression },
      );
    }
    await stage.start();
    await stage.until('all', () => stage.committed() === 100);
    assert.deepEqual(
      stage.values,
      compressions.flatMap((compression) => numbers(20, `${compression} `)),
    );
  });
});

test('of transactions that overlap only what was committed is delivered', async () => {
  await Stage.with({}, async (stage) => {
    const [first, second] = [stage.kafka.records.transaction(), stage.kafka.records.transaction()];
    first.append('t', 0, [{ value: 'undone', key: Buffer.from([0, 0, 0, 0]) }]);
    second.append('t', 0, [{ value: 'undone too' }]);
    second.abort();
    first.append('t', 0, [{ value: 'undone as well' }]);
    second.append('t', 0, [{ value: 'kept' }]);
    first.abort();
    second.commit();
    stage.append(['last']);
    await stage.start();
    await stage.until('the last', () => stage.values.includes('last'));
    assert.deepEqual(stage.values, ['kept', 'last']);
  });
});

test('batches that compaction has left empty, at the end of a log too, are passed, and the broker is not asked in a loop', async () => {
  await Stage.with({}, async (stage) => {
    stage.append(['kept']);
    for (let batch = 0; batch < 5; batch++) stage.append(numbers(10));
    stage.kafka.records.compact('t', 0, { keep: ({ offset }) => offset === 0, emptyBatches: 'stay' });
    let fetches = 0;
    stage.kafka.trace.listen(({ exchange }) => {
      if (exchange?.api === 'Fetch') fetches++;
    });
    await stage.start();
    await stage.until('the kept one', () => stage.delivered.length === 1);
    fetches = 0;
    await stage.time.pass(5000);
    assert.ok(fetches < 100, `${fetches} fetches in 5 s`);
  });
});

test('a topic that is deleted stays deleted: the consumer makes none', async () => {
  await Stage.with({ settings: { autoCreateTopics: true } }, async (stage) => {
    await stage.start();
    stage.kafka.deleteTopic('t');
    await stage.time.pass(20_000);
    assert.ok(!stage.kafka.topics.includes('t'));
  });
});

test('a record without a time is of no age', async () => {
  await Stage.with({ extra: { maximumRecordAgeInSeconds: 60 } }, async (stage) => {
    stage.kafka.records.append('t', 0, [{ value: 'timeless', timestamp: -1 }]);
    await stage.start();
    await stage.until('it', () => stage.values.includes('timeless'));
  });
});
