import { readProgress } from '../../../infra/dispatcher/read/progress.ts';
import type { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import type { Ledger } from './ledger.ts';
import { topic } from './service.ts';

type Committed = readonly { partitions: readonly { partition: number; offset: number }[] }[];
type Answered = readonly { partitions: readonly { errorCode: number }[] }[];

/** What a group commits is held against what is known. */
export function watchCommits(kafka: SimulatedKafka, group: string, ledger: Ledger): void {
  kafka.trace.listen(({ exchange }) => {
    if (exchange?.api !== 'OffsetCommit') return;
    const { groupId, topics } = exchange.request as { groupId: string; topics: Committed };
    const answers = exchange.response as { topics: Answered };
    if (groupId !== group) return;
    for (const [at, { partitions }] of topics.entries()) {
      for (const [index, { partition, offset }] of partitions.entries()) {
        if (answers.topics[at]?.partitions[index]?.errorCode === 0) ledger.committed(partition, offset);
      }
    }
  });
}

/** How many retries of a record a group has committed as spent. */
export function retriesCommitted(kafka: SimulatedKafka, group: string, partition: number, offset: number): number {
  const committed = kafka.groups.committed(group, topic).get(partition);
  if (!committed?.metadata) return 0;
  return readProgress(committed.offset, committed.metadata).tried.get(offset)?.retries ?? 0;
}
