/** The engines that all processes of a run share, and their log as one of them reaches it. */
import type { Settings } from '../../../functions/settings.ts';
import type { Clock } from '../../../infra/clock.ts';
import type { Index, Mailbox, Store } from './engines.ts';
import type { Faults, Process } from './faults.ts';
import type { MemoryLog } from './log.ts';

export type System = Readonly<{
  settings: Settings;
  clock: Clock;
  faults: Faults;
  log: MemoryLog;
  store: Store;
  mailbox: Mailbox;
  index: Index;
}>;

export const logIn = ({ log, clock }: System, process: Process) => ({
  publish: (records: Parameters<MemoryLog['append']>[0]) =>
    process.call(`publish ${records[0]?.topic}`, () => log.append(records, clock.now())),
});
