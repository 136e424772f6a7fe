/**
 * Runs an order's records again through the functions as they are now, in memory, and compares what they would do
 * with what happened. Each record meets the moment at which it was applied. Nothing outside is touched.
 */
import { systemClock } from '../../../infra/clock.ts';
import { writtenMetrics } from '../../metrics/writeMetrics.ts';
import type { NotifyPorts } from '../../notifications/connect.ts';
import { notifyFunction } from '../../notifications/notify.ts';
import type { Letter } from '../../notifications/ports.ts';
import type { OrderPorts } from '../../orders/connect.ts';
import { type Command, commandNames, transition } from '../../orders/lifecycle.ts';
import type { Progress, Step } from '../../orders/records.ts';
import { eventsTopic } from '../../orders/topics.ts';
import { transitionFunction } from '../../orders/transition.ts';
import type { Log, LogRecord } from '../../runtime/ports.ts';
import type { Settings } from '../../settings.ts';
import type { OrderRecord, Story } from './story.ts';

/** Something that would be otherwise now. `recorded` or `now` is null where there is nothing of the kind. */
type Difference = Readonly<{
  about: string;
  recorded: string | number | null;
  now: string | number | null;
}>;

/** How many records were run again, the steps that they led to now, and a sentence for each that differs. */
export type Replay = Readonly<{ records: number; steps: readonly Step[]; differences: readonly Difference[] }>;

/** Ports that remember instead of doing. */
class Memory {
  readonly orders = new Map<string, Progress>();
  readonly published: LogRecord[] = [];
  readonly letters: Letter[] = [];
  /** As they were made: what is loaded again has armed what was armed then, since that alarm rang. */
  steps: Step[] = [];
  now = 0;

  /** @param recorded what each step was then */
  ports(settings: Settings, recorded: readonly Step[]): OrderPorts & NotifyPorts {
    const log: Log = { publish: async (records) => void this.published.push(...records) };
    const metrics = false;
    return {
      settings: { ...settings, metrics, email: true },
      clock: { ...systemClock, now: () => this.now },
      orders: {
        load: async (ids) => ids.map((id) => this.orders.get(id)),
        advance: async (advances) => {
          const written = advances.map(({ order, known, history }) => {
            if ((this.orders.get(order.orderId)?.history.length ?? 0) !== known) return false;
            this.steps = [...this.steps, ...history.slice(known)];
            this.orders.set(order.orderId, { order, history: history.map((step, at) => armed(step, recorded[at])) });
            return true;
          });
          return { written, slots: [] };
        },
        remind: async () => [],
      },
      alarms: { set: async () => {} },
      log,
      metrics: writtenMetrics({ settings: { metrics }, log }),
      post: { send: async (letter) => void this.letters.push(letter) },
      sent: { check: async (steps) => steps.map(() => undefined), mark: async () => {} },
      tally: { count: async () => 0 },
    };
  }
}

const armed = (step: Step, recorded: Step | undefined): Step =>
  step.next && recorded?.next?.command === step.next.command ? { ...step, next: recorded.next } : step;

const commandOf = (topic: string): Command | undefined => commandNames.find((name) => transition(name).topic === topic);

/** The event that Lambda's Kafka trigger delivers for one record. */
const kafkaEvent = ({ topic, partition, offset, timestamp, value }: OrderRecord, orderId: string) => ({
  records: {
    [`${topic}-${partition}`]: [
      {
        topic,
        partition,
        offset,
        timestamp,
        key: Buffer.from(orderId).toString('base64'),
        value: Buffer.from(value).toString('base64'),
      },
    ],
  },
});

/** When the record was applied: each step is told by the moment its command was produced; a repeat came later. */
const appliedAt = (command: Command, { timestamp }: OrderRecord, history: readonly Step[]): number =>
  history.find((step) => step.command === command && step.producedAt === timestamp)?.at ?? timestamp;

/**
 * What a function puts aside stays in memory: only how many dead letters there are is compared.
 * E-mails are compared only where the settings have them sent.
 */
export async function replay(story: Story, settings: Settings): Promise<Replay> {
  const memory = new Memory();
  const ports = memory.ports(settings, story.history);
  const context = { awsRequestId: 'replay' };
  let records = 0;
  for (const record of story.records) {
    const command = commandOf(record.topic);
    if (!command) continue;
    memory.now = appliedAt(command, record, story.history);
    // Its own copy of the handler: one that is cached would bring the ports of the real engines.
    await transitionFunction(command, () => ports)(kafkaEvent(record, story.orderId), context);
    records++;
  }
  const { steps } = memory;
  for (const value of eventsOf(memory.published)) {
    const told = { topic: eventsTopic, partition: 0, offset: 0, timestamp: memory.now, value, headers: {} };
    await notifyFunction(() => ports)(kafkaEvent(told, story.orderId), context);
  }
  return {
    records,
    steps,
    differences: [
      ...compareSteps(story.history, steps),
      ...compareDead(story, memory.published),
      ...(settings.email ? compareLetters(story, memory.letters) : []),
    ],
  };
}

const eventsOf = (published: readonly LogRecord[]): string[] => [
  ...new Set(published.filter(({ topic }) => topic === eventsTopic).map(({ value }) => String(value))),
];

/** What of a step is compared. Where it went, and what it armed. */
const aspects = {
  command: ({ command }: Step) => command,
  from: ({ from }: Step) => from,
  to: ({ to }: Step) => to,
  next: ({ next }: Step) => next?.command ?? null,
  'next at': ({ next }: Step) => next?.at ?? null,
} as const;

function compareSteps(recorded: readonly Step[], now: readonly Step[]): Difference[] {
  const versions = Array.from({ length: Math.max(recorded.length, now.length) }, (_, index) => index);
  return versions.flatMap((index): Difference[] => {
    const [before, after] = [recorded[index], now[index]];
    const step = `step ${index + 1}`;
    if (!before || !after) return [{ about: step, recorded: before?.command ?? null, now: after?.command ?? null }];
    return Object.entries(aspects).flatMap(([name, read]) =>
      read(before) === read(after) ? [] : [{ about: `${step}: ${name}`, recorded: read(before), now: read(after) }],
    );
  });
}

const deadOf = (records: readonly { topic: string }[]): number =>
  records.filter(({ topic }) => topic.endsWith('.dead')).length;

function compareDead({ records }: Story, published: readonly LogRecord[]): Difference[] {
  const [recorded, now] = [deadOf(records), deadOf(published)];
  return recorded === now ? [] : [{ about: 'dead letters', recorded, now }];
}

/** An e-mail that is not out yet may still be on its way: only one that would no longer be sent differs. */
function compareLetters({ entries }: Story, letters: readonly Letter[]): Difference[] {
  const now = new Set(letters.map(({ messageId }) => messageId));
  const recorded = new Set(
    entries.flatMap(({ source, facts }) => (source === 'e-mail' ? [String(facts.message_id)] : [])),
  );
  return [...recorded].filter((id) => !now.has(id)).map((id) => ({ about: 'e-mail', recorded: id, now: null }));
}
