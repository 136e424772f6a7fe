/** What the pipeline could do wrong. Each is put in by a small change, to see that the simulation finds it. */
import type { PlantedFault } from './planted.ts';

const change = (file: string, now: string, then: string) => [{ file, edits: [[now, then]] as const }];

const decide = 'functions/orders/decide.ts';
const transitions = 'functions/orders/transition.ts';
const notify = 'functions/notifications/notify.ts';
const firing = 'infra/timers/firing.ts';

const rows: readonly (readonly [id: string, tells: string, changes: PlantedFault['changes']])[] = [
  [
    'O1',
    'a step that was not written, since somebody else moved the order, is told all the same',
    change('functions/orders/decideAll.ts', 'moved.filter((_, index) => !written[index])', 'moved.filter(() => false)'),
  ],
  [
    'O2',
    'an invocation ends before its events and documents are stored',
    change(
      'functions/runtime/handler.ts',
      'await ports.metrics.write({ ...begun, milliseconds: ports.clock.monotonic() - started, outcome });',
      'ports.metrics.write({ ...begun, milliseconds: ports.clock.monotonic() - started, outcome }).catch(() => 0);',
    ),
  ],
  [
    'O3',
    'a redelivered step is not told again',
    change(transitions, "decision.kind !== 'advance' && decision.kind !== 'repeat'", "decision.kind !== 'advance'"),
  ],
  [
    'O4',
    'a timed command does not look whether its version was applied',
    change(decide, 'const applied = history[version];', 'const applied = history[Number.NaN];'),
  ],
  [
    'O5',
    'an order that is placed again begins again',
    change(
      decide,
      'return first ? repeat(first, situation.history)',
      'return first?.at === 0 ? repeat(first, situation.history)',
    ),
  ],
  ['O6', 'lost timers are not swept', change(firing, 'await this.open(over.filter', 'void (over.filter')],
  [
    'O7',
    'timers fire half a second early',
    change(firing, '({ due }) => due.at > firedAt)', '({ due }) => due.at > firedAt + 500)'),
  ],
  [
    'O8',
    'commands that Kafka did not take are let go of',
    change(firing, 'this.#queue = [...now, ...this.#queue];', ''),
  ],
  [
    'O9',
    'due times are forgotten before their commands are stored',
    change(
      firing,
      'await this.#in.log.publish(',
      'await this.#in.dueTimes.done(now.map(({ slot, due }) => ({ slot: slot.slot, due: [due] }))); await this.#in.log.publish(',
    ),
  ],
  [
    'O10',
    'an e-mail is marked as sent before it is sent',
    change(
      notify,
      'await ports.post.send(composeLetter(progress, step));',
      'await ports.sent.mark({ orderId: progress.order.orderId, version: step.version }, 1); await ports.post.send(composeLetter(progress, step));',
    ),
  ],
  [
    'O11',
    'an e-mail that could not be sent is not tried again',
    change(notify, 'return { mailing, waits: fault };', 'return { mailing };'),
  ],
  [
    'O12',
    'only the records of an invocation are stored before it ends',
    change(
      'functions/metrics/writeMetrics.ts',
      'await log.publish([...records, ...told.map(documentRecord)]);',
      'log.publish(told.map(documentRecord)).catch(() => 0); await log.publish(records);',
    ),
  ],
  [
    'O13',
    'documents that Elasticsearch did not take count as written',
    change(
      'functions/metrics/indexDocuments.ts',
      'await ports.documents.create(good.map(({ value }) => value));',
      'await ports.documents.create(good.map(({ value }) => value)).catch(() => []);',
    ),
  ],
  [
    'O14',
    'a letter is named anew each time that it is sent',
    change('functions/notifications/letter.ts', '@despacho.local>`', `.\${Math.random()}@despacho.local>\``),
  ],
  [
    'O15',
    'a step is dated five seconds back',
    change(decide, 'Math.max(now, history.at(-1)?.at ?? 0, due?.at ?? 0)', 'now - 5000'),
  ],
  [
    'O16',
    'the timed step is armed without its version',
    change(transitions, 'version: step.version, due }', 'version: 1, due }'),
  ],
  [
    'O17',
    'a cancellation is answered before it is stored',
    change(
      'infra/gateway/orders.ts',
      'await parts.intake.put(cancellation(orderId), call);',
      'parts.intake.put(cancellation(orderId), call).catch(() => 0);',
    ),
  ],
  [
    'O18',
    'of a letter that a step after the first sends there is no document',
    change(
      notify,
      'sentAt === undefined ? [] : [emailDocument',
      'sentAt === undefined || step.version > 1 ? [] : [emailDocument',
    ),
  ],
];

export const pipelineFaults: readonly PlantedFault[] = rows.map(([id, tells, changes]) => ({ id, tells, changes }));
