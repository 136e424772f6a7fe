/** What the functions ask of the console's part of the system, which lives as long as the system does. */
import { z } from 'zod';
import { type Dashboard, viewSchema } from './drawnDashboard.ts';
import { labSchema } from './labRequest.ts';
import type { LabRun, Load, Point } from './snapshot.ts';

/** A load as the page can start it: bounded, and naming no file. */
export const loadSchema = z.strictObject({
  distribution: z.string().regex(/^[a-z]{1,32}$/, 'is the name of a distribution'),
  rate: z.number().positive().max(10_000),
  duration: z.number().positive().max(3600),
  clock: z.number().positive().max(1_000_000),
  seed: z
    .number()
    .int()
    .nonnegative()
    .max(2 ** 31),
});
/** `rate` is in orders a second, `duration` in seconds; `clock` divides the orders' waits. A seed repeats its plan. */
export type LoadRequest = z.infer<typeof loadSchema>;

/** One record of a dead-letter topic. `topic` is without the namespace. */
export const placeSchema = z.strictObject({
  topic: z.string().regex(/^[\w.-]{1,249}\.dead$/, 'is the name of a dead-letter topic'),
  partition: z.number().int().nonnegative(),
  offset: z.number().int().nonnegative(),
});

/** An ask without the `id` that it travels with, which names its `answerKey`: whoever reads takes that out before. */
export const askSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('history') }),
  z.strictObject({ kind: z.literal('start load'), load: loadSchema }),
  z.strictObject({ kind: z.literal('stop load') }),
  z.strictObject({ kind: z.literal('start lab'), lab: labSchema }),
  z.strictObject({ kind: z.literal('stop lab') }),
  z.strictObject({ kind: z.literal('redrive'), place: placeSchema }),
  z.strictObject({ kind: z.literal('draw dashboard'), view: viewSchema }),
]);
/** What can be asked; `Done` tells what each kind brings. */
export type Ask = z.infer<typeof askSchema>;

/** What each kind of ask brings when it was done. */
export type Done = {
  history: readonly Point[];
  'start load': Load | null;
  'stop load': null;
  'start lab': LabRun | null;
  'stop lab': null;
  redrive: null;
  'draw dashboard': Dashboard;
};

/** What was asked was done, with its result, or was refused, with why. */
export type Answer = { done: unknown } | { refused: string };

/** The Redis channel that asks are published to, each as JSON with its `id`. */
export const asksChannel = (namespace: string): string => `${namespace}console:asks`;
/** The Redis list that gets one `Answer` as JSON. It is gone after 60 s if nobody fetches it. */
export const answerKey = (namespace: string, id: string): string => `${namespace}console:answer:${id}`;
/** The set of WebSocket connections that look at the page. */
export const watchersKey = (namespace: string): string => `${namespace}console:watchers`;
/** The token that a changing request has to show. */
export const tokenKey = (namespace: string): string => `${namespace}console:token`;
