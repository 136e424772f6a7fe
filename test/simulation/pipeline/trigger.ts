/** Calls a function with a partition's records until each is done: in order, at least once, by processes that may die. */
import type { KafkaHandler } from '../../../functions/runtime/handler.ts';
import type { Incoming } from '../../../functions/runtime/readEvent.ts';
import { type Clock, sleep } from '../../../infra/clock.ts';
import { type Faults, Process } from './faults.ts';
import type { Partition } from './log.ts';

const mostRecords = 50;

export type Trigger = Readonly<{
  partition: Partition;
  /** The function, as one process runs it. */
  handlerIn: (process: Process) => KafkaHandler;
  faults: Faults;
  clock: Clock;
}>;

export async function runTrigger(trigger: Trigger): Promise<never> {
  const { partition, clock } = trigger;
  for (;;) {
    const batch = await partition.next(mostRecords);
    if (await deliver(trigger, batch)) partition.committed += batch.length;
    else await sleep(clock, 100);
  }
}

/** @returns false where the process was lost before all were done: then none of them is acknowledged */
async function deliver({ handlerIn, faults, clock }: Trigger, batch: readonly Incoming[]): Promise<boolean> {
  const process = new Process(faults, clock);
  const handler = handlerIn(process);
  let open = batch;
  for (let retries = 0; open.length > 0; retries++) {
    const context = { awsRequestId: clock.uuid(), clientContext: { custom: { attempt: retries + 1, retries } } };
    const failed = handler(eventOf(open), context).then(
      ({ batchItemFailures }) => new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier.offset)),
      () => new Set(open.map(({ offset }) => offset)),
    );
    const ended = await Promise.race([failed, process.gone]);
    if (ended === 'gone') return false;
    open = open.filter(({ offset }) => ended.has(offset));
    if (open.length > 0) await sleep(clock, Math.min(10_000, 100 * 2 ** retries));
  }
  return true;
}

const eventOf = (records: readonly Incoming[]) => ({
  records: {
    all: records.map((record) => ({
      ...record,
      key: record.key?.toString('base64'),
      value: record.value?.toString('base64'),
    })),
  },
});
