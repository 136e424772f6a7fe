/**
 * The records on the order topics, as JSON. Every key is the order id. Times are milliseconds since 1970.
 * `orders.placed` holds an Order, the other command topics a Call, `orders.events` an Event.
 */
import { z } from 'zod';
import { emailAddress, keptText, plainText } from '../text.ts';
import { commandNames, languages, stateNames } from './lifecycle.ts';

const moment = z.number().int().nonnegative();

const detailsOf = (text: typeof plainText) =>
  z.strictObject({
    product: text(200).min(1),
    price: z.number().positive().finite(),
    gateway: text(100).min(1),
    cardBrand: text(100).min(1),
    bank: text(100).min(1),
    region: text(100).min(1),
    address: text(300).min(1),
    email: emailAddress,
  });

const runOf = (text: typeof plainText) =>
  z.strictObject({
    run: text(64).default(''),
    distribution: text(32).default(''),
    /** Divides every wait of this order. */
    clock: z.number().min(0.001).max(1_000_000),
  });

/** What the customer asks for: the part of an order that comes from outside. */
export const detailsSchema = detailsOf(plainText);

/** Marks the orders of one load run, and says how fast their time passes. */
export const runSchema = runOf(plainText);

/**
 * What `orders.placed` holds. `estimatedAt` is the delivery told to the customer; `traceId` is that of W3C Trace
 * Context, 32 hexadecimal digits.
 */
export const orderSchema = detailsOf(keptText).extend({
  ...runOf(keptText).shape,
  orderId: z.uuid(),
  placedAt: moment,
  language: z.enum(languages),
  estimatedAt: moment,
  traceId: z.string().regex(/^[0-9a-f]{32}$/),
  /** The caller of the gateway who placed it and may look after it, where callers have names. */
  owner: keptText(64).min(1).optional(),
});
/** Written once, and never changed by a step. `placedAt` and `estimatedAt` are ms since 1970. */
export type Order = z.infer<typeof orderSchema>;

/** Asks for one step of one order. A timed call names the version that it applies to; a request applies to any. */
export const timedCallSchema = z.strictObject({
  orderId: z.uuid(),
  version: z.number().int().positive(),
  /** When the step was due, and when its timer really fired. */
  due: z.strictObject({ at: moment, firedAt: moment }).optional(),
});
/** What `orders.cancel` holds: no version, because it applies to whatever state the order is in. */
export const requestSchema = timedCallSchema.pick({ orderId: true });
/** What a command's record says; `version` is the order's last step as whoever asked knew it. */
export type Call = Readonly<{ orderId: string; version?: number | undefined; due?: Due | undefined }>;
/** When a timed command was due and when the timers sent it, in ms since 1970. */
type Due = Readonly<{ at: number; firedAt: number }>;

/** One transition that has happened. `next` is the timed command that it arms. */
const stepSchema = z.strictObject({
  version: z.number().int().positive(),
  command: z.enum(commandNames),
  from: z.enum(stateNames).nullable(),
  to: z.enum(stateNames),
  at: moment,
  /** When the record that asked for it was put into Kafka. */
  producedAt: moment.optional(),
  due: timedCallSchema.shape.due,
  next: z.strictObject({ command: z.enum(commandNames), at: moment }).optional(),
});
/** `version` counts an order's steps from 1; `from` is null in the first. `at` is never before the last step's. */
export type Step = z.infer<typeof stepSchema>;

/** The command that this step arms without a wait: it is published at once and never becomes a due time. */
export const isImmediate = ({ at, next }: Step): boolean => next !== undefined && next.at <= at;

/** What `orders.events` holds: a step and whose it is. */
export const eventSchema = stepSchema.extend({ orderId: z.uuid() });
/** Put into Kafka after Redis has the step, and again after a crash: `stepId` tells a repeat. */
export type Event = z.infer<typeof eventSchema>;

/** What Redis holds of an order: what was asked, and every step so far, oldest first (version = index + 1). */
export type Progress = Readonly<{ order: Order; history: readonly Step[] }>;

/** The id of a step wherever ids must be repeatable: the event's, the document's, the e-mail's. */
export const stepId = (orderId: string, version: number): string => `${orderId}-${version}`;
