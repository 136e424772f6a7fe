import type { KindName } from '../../../functions/messages/message.ts';
import type { Durability } from '../../../functions/messages/settings.ts';
import type { TargetName } from '../../../functions/messages/targets.ts';
import type { Proof } from '../proof.ts';
import type { Promised } from '../stores/inspection.ts';
import type { Sample } from './recorder.ts';

/** `backlog`: produced first, then consumed. `live`: both at once, at a rate. */
export type Pace = 'backlog' | 'live';

/** One run, with everything that its pictures and tables are made from. */
export type Result = Readonly<{
  run: string;
  /** ISO 8601. */
  startedAt: string;
  message: KindName;
  target: TargetName;
  pace: Pace;
  durability: Durability;
  /** What the store promised, as read from it. */
  promised: Promised | null;
  count: number;
  /** Messages per second that were asked for; null for as many as possible. */
  rate: number | null;
  produced: Readonly<{ seconds: number; perSecond: number }>;
  /** `seconds` from the consumer being a member of its group to the last message: its workers start in this time. */
  consumed: Readonly<{ startSeconds: number; seconds: number; perSecond: number }>;
  /** CPU seconds per 1,000 messages while they were consumed (live: produced too), by process. */
  cpuPer1000: Readonly<Record<string, number>>;
  bytesPerMessage: number | null;
  proof: Proof;
  samples: readonly Sample[];
}>;

/** CPU seconds per 1,000 messages, of all processes together. */
export const sumOfCpu = ({ cpuPer1000 }: Pick<Result, 'cpuPer1000'>): number =>
  Object.values(cpuPer1000).reduce((sum, each) => sum + each, 0);
