/**
 * What every transition's function does with a batch: decode → decide → effects, in this order and once; then what is told of them.
 * The effects follow one another so that a kill between any two loses nothing: the redelivered record
 * finds its step in the history and does again what comes after it, with the same ids.
 */
import type { z } from 'zod';
import { type Invocation, type KafkaHandler, kafkaFunction, type Outcome } from '../runtime/handler.ts';
import type { LogRecord } from '../runtime/ports.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import { readRecords } from '../runtime/readRecords.ts';
import { type OrderPorts, orderPorts } from './connect.ts';
import { type Decided, decideAll, type Request } from './decideAll.ts';
import { type Command, transition } from './lifecycle.ts';
import {
  type Event,
  isImmediate,
  type Order,
  orderSchema,
  requestSchema,
  type Step,
  timedCallSchema,
} from './records.ts';
import { retryUnknown } from './retryUnknown.ts';
import { commandTopic, eventsTopic } from './topics.ts';
import { transitionDocument } from './transitionDocument.ts';

/** The Lambda handler of one row of the lifecycle. */
export function transitionFunction(command: Command, connect: () => OrderPorts = orderPorts): KafkaHandler {
  return kafkaFunction(command, (records, invocation) => apply(command, records, invocation), connect);
}

async function apply(
  command: Command,
  records: readonly Incoming[],
  invocation: Invocation<OrderPorts>,
): Promise<Outcome> {
  const { ports, now } = invocation;
  const { requests, dead: bad } = readRequests(command, records, invocation);
  const { decided, slots } = await decideAll(command, requests, invocation);
  const told = decided.flatMap(tell);
  const early = decided.filter(({ decision }) => decision.kind === 'early').map(({ request }) => request.record);
  const unknown = retryUnknown(commandTopic(command), early, invocation);
  const dead = [...bad, ...unknown.dead];

  const reminded = await ports.orders.remind(told.filter(({ again, last }) => again && last));
  await ports.alarms.set([...new Set([...slots, ...reminded])]);

  const count = (kind: Decided['decision']['kind']) => decided.filter(({ decision }) => decision.kind === kind).length;
  const [applied, repeated, ignored] = [count('advance'), count('repeat'), count('stale') + count('refuse')];
  return {
    counts: { applied, repeated, ignored, dead: dead.length },
    failed: unknown.failed,
    records: [...told.flatMap((item) => publications(item, now)), ...dead],
    documents: ports.settings.metrics ? told.map(describe) : [],
    ...(command === 'process' && { perMinute: await ports.tally.count(applied, now) }),
  };
}

function readRequests(command: Command, records: readonly Incoming[], invocation: Invocation) {
  const topic = commandTopic(command);
  const { cause } = transition(command);
  if (cause === 'placed') {
    const { good, dead } = readRecords(records, orderSchema, topic, invocation);
    const requests = good.map(({ record, value: placed }): Request => ({ record, call: placed, placed }));
    return { requests, dead };
  }
  const schema: z.ZodType<Request['call']> = cause === 'request' ? requestSchema : timedCallSchema;
  const { good, dead } = readRecords(records, schema, topic, invocation);
  return { requests: good.map(({ record, value: call }): Request => ({ record, call })), dead };
}

/** A step to be told to the world; `again` where it was made by an earlier delivery. */
type Told = { order: Order; history: readonly Step[]; step: Step; previousAt: number; again: boolean; last: boolean };

function tell({ decision, order, history }: Decided): Told[] {
  if (!order || (decision.kind !== 'advance' && decision.kind !== 'repeat')) return [];
  const { step } = decision;
  const previousAt = history[step.version - 2]?.at ?? order.placedAt;
  const last = step.version === history.length;
  return [{ order, history, step, previousAt, again: decision.kind === 'repeat', last }];
}

const describe = ({ order, step, previousAt }: Told) => transitionDocument(order, step, previousAt);

/** The event, and the next command where the step arms it without a wait. */
function publications({ order: { orderId }, step, last }: Told, now: number): LogRecord[] {
  const event: Event = { orderId, ...step };
  const told = { topic: eventsTopic, key: orderId, value: JSON.stringify(event) };
  if (!last || !step.next || !isImmediate(step)) return [told];
  // A clock that is behind the one that dated the step fires nothing before its moment.
  const due = { at: step.next.at, firedAt: Math.max(now, step.next.at) };
  const call = { orderId, version: step.version, due };
  return [told, { topic: commandTopic(step.next.command), key: orderId, value: JSON.stringify(call) }];
}
