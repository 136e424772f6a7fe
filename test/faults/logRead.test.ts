/** A read of the log while its broker stands still, dies or never comes back: it is complete, or it fails. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { type KeptRecord, readRanges } from '../../functions/runtime/ranges.kafka.ts';
import { readSettings } from '../../functions/settings.ts';
import { type Trial as Engines, privateEngines } from '../../infra/engines/engines.fixture.ts';
import { signalGroup } from '../../infra/engines/processGroup.ts';
import { connectKafka, type KafkaAccess } from '../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../infra/kafkajs/kafkajs.ts';
import { freeze } from './freeze.ts';

const topic = 'numbers';
const partitions = [0, 1];
/** More than one answer's bytes in each partition. */
const records = 8000;
const value = 'x'.repeat(1000);

let engines: Engines;
let kafka: KafkaAccess;

before(async () => {
  engines = await privateEngines('kafka');
  kafka = readSettings({ ...(await engines.up('kafka')).tells });
  const client = connectKafka(kafka, 'despacho-test', 'waits');
  const [admin, producer] = [client.admin(), client.producer()];
  await Promise.all([admin.connect(), producer.connect()]);
  await createServedTopics(admin, [{ topic, numPartitions: partitions.length }]);
  for (const partition of partitions) {
    for (let sent = 0; sent < records; sent += 500) {
      await producer.send({ topic, messages: Array.from({ length: 500 }, () => ({ partition, value })) });
    }
  }
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});
after(() => engines.end());

const read = (take: (record: KeptRecord) => unknown, patience?: number) => {
  const ranges = partitions.map((partition) => ({ topic, partition, from: 0, to: records }));
  return readRanges(kafka, ranges, take, patience);
};

/** Reads everything while `harm` happens after the first record. @returns how many records were told */
async function readThrough(harm: () => Promise<void>): Promise<number> {
  let told = 0;
  await read(async () => {
    if (told++ === 0) await harm();
  });
  return told;
}

test('every record is told when the broker stands still for longer than any reader would call silence', async () => {
  const kafka = await engines.group('kafka');
  let going: Promise<void> | undefined;
  const told = await readThrough(async () => {
    await freeze(kafka);
    // That time passes is what is tested; the read waits meanwhile.
    going = delay(6000).then(() => signalGroup(kafka, 'SIGCONT', true));
  });
  await going;
  assert.equal(told, partitions.length * records);
});

test('every record is told when the broker is killed in the middle and comes back', async () => {
  const told = await readThrough(async () => {
    await engines.kill('kafka');
    await engines.up('kafka');
  });
  assert.equal(told, partitions.length * records);
});

test('a read fails, with how far it came, when the broker does not come back', async () => {
  let told = 0;
  const reading = read(async () => {
    if (told++ > 0) return;
    await engines.kill('kafka');
  }, 1000);
  await assert.rejects(reading, /numbers-[01] could be read up to offset \d+ only, of 8000/);
  assert.ok(told < partitions.length * records);
});
