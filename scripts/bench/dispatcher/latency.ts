import { sleep, systemClock } from '../../../infra/clock.ts';
import { quantile } from '../../quantile.ts';
import type { Bench } from './measure.ts';

const perSecond = 100;
const records = 2000;
/** The first ones meet a cold function and a producer that connects. */
const warmup = 200;

/** Milliseconds from `producer.send` to the first line of the handler, one record at a time. */
export async function measureLatency(bench: Bench): Promise<string[][]> {
  const topic = await bench.topic(4);
  const send = async () => {
    const started = systemClock.monotonic();
    for (let index = 0; index < records; index++) {
      const wait = started + (index * 1000) / perSecond - systemClock.monotonic();
      if (wait > 0) await sleep(systemClock, wait);
      const value = `${performance.timeOrigin + systemClock.monotonic()}`;
      await bench.producer.send({ topic, acks: 1, messages: [{ partition: index % 4, value }] });
    }
  };
  let sending: Promise<void> | undefined;
  const measured = await bench.run({ kind: 'ours', topic, records, handler: 'age' }, () => {
    sending = send();
  });
  await sending;
  const ages = (measured.ages ?? []).slice(warmup).sort((a, b) => a - b);
  return [
    ['records/s', 'p50 ms', 'p99 ms', 'p99.9 ms', 'max ms', 'CPU ms/s', 'MB'],
    [
      `${perSecond}`,
      ...[0.5, 0.99, 0.999, 1].map((q) => quantile(ages, q).toFixed(2)),
      (measured.cpuMicroseconds / 1000 / (records / perSecond)).toFixed(0),
      measured.megabytes.toFixed(0),
    ],
  ];
}
