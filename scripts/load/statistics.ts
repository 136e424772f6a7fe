import { status } from '@grpc/grpc-js';
import { at } from '../../infra/at.ts';
import { indexOfDispersion } from './dispersion.ts';
import { codeWords, type NotSent, notSent, type Outcomes } from './outcomes.ts';
import type { Plan } from './plan.ts';
import { type HistogramRow, histogramOf, type WaitFigures, waitsOf } from './waits.ts';

/** One second of a run. An order's waits, and one that was not sent, stand in the second of the intended moment. */
export type Second = WaitFigures &
  Readonly<{ second: number; planned: number; sent: number; acknowledged: number; failed: number; notSent: number }>;

/** Of the whole run, and second by second. Waits are in ms. */
export type Figures = WaitFigures &
  Readonly<{
    /** From the start to the end of the plan or the last answer, whichever is later; a stop cuts the plan short. */
    seconds: number;
    orders: Readonly<{
      planned: number;
      sent: number;
      acknowledged: number;
      failed: number;
      notSent: Readonly<Record<NotSent, number>>;
      /** Different order ids among the acknowledged: fewer where orders were repeated. */
      different: number;
    }>;
    /** Orders per second: planned, sent, acknowledged. */
    rate: Readonly<{ offered: number; sent: number; achieved: number }>;
    errors: readonly Readonly<{ code: string; orders: number; reason: string }>[];
    dispersion: Readonly<{
      /** Seconds of a window. */
      window: number;
      /** null: nothing is promised. */
      promised: number | null;
      /** null: too few windows to tell. */
      planned: number | null;
      sent: number | null;
    }>;
    perSecond: readonly Second[];
    histogram: readonly HistogramRow[];
  }>;

/** Works out every figure of a finished run. */
export function figures(plan: Plan, outcomes: Outcomes): Figures {
  const { moments, dispersion } = plan;
  const left = happened(outcomes.sent);
  const orders = ordersOf(outcomes);
  const end = Math.max(latest(left), latest(happened(outcomes.answered))) / 1_000;
  const seconds = orders.notSent.stopped > 0 ? end : Math.max(plan.seconds, end);
  return {
    seconds,
    orders,
    rate: {
      offered: orders.planned / (plan.seconds || 1),
      sent: orders.sent / (seconds || 1),
      achieved: orders.acknowledged / (seconds || 1),
    },
    ...waitsOf(moments, outcomes),
    errors: errorsOf(outcomes),
    dispersion: {
      ...dispersion,
      planned: indexOfDispersion(moments, dispersion.window, plan.seconds),
      sent: indexOfDispersion(left, dispersion.window, Math.min(plan.seconds, seconds)),
    },
    perSecond: perSecond(moments, outcomes, Math.max(1, Math.ceil(Math.max(plan.seconds, end)))),
    histogram: histogramOf(moments, outcomes),
  };
}

const happened = (moments: Float64Array): Float64Array => moments.filter((moment) => !Number.isNaN(moment));

const latest = (moments: Float64Array): number => moments.reduce((most, moment) => Math.max(most, moment), 0);

function ordersOf({ codes, counts, orderIds }: Outcomes): Figures['orders'] {
  const count = (code: number): number => codes.reduce((sum, each) => sum + (each === code ? 1 : 0), 0);
  const different = new Set(orderIds);
  different.delete('');
  return {
    planned: codes.length,
    sent: counts.sent,
    acknowledged: counts.acknowledged,
    failed: counts.failed,
    notSent: { inFlight: count(notSent.inFlight), late: count(notSent.late), stopped: count(notSent.stopped) },
    different: different.size,
  };
}

function errorsOf({ codes, reasons }: Outcomes): Figures['errors'] {
  const counted = new Map<number, number>();
  for (const code of codes) if (code > status.OK) counted.set(code, (counted.get(code) ?? 0) + 1);
  return [...counted]
    .sort(([, a], [, b]) => b - a)
    .map(([code, orders]) => ({ code: codeWords(code), orders, reason: reasons.get(code) ?? '' }));
}

function perSecond(moments: Float64Array, outcomes: Outcomes, seconds: number): Second[] {
  const rows = Array.from({ length: seconds }, (_, second) => {
    return { second, planned: 0, sent: 0, acknowledged: 0, failed: 0, notSent: 0 };
  });
  const rowAt = (moment: number) => at(rows, Math.min(Math.floor(moment / 1_000), seconds - 1));
  moments.forEach((intended, index) => {
    const code = at(outcomes.codes, index);
    rowAt(intended).planned += 1;
    if (code < status.OK) {
      rowAt(intended).notSent += 1;
      return;
    }
    rowAt(at(outcomes.sent, index)).sent += 1;
    rowAt(at(outcomes.answered, index))[code === status.OK ? 'acknowledged' : 'failed'] += 1;
  });
  // The moments ascend, so each second's orders follow the ones of the second before.
  let from = 0;
  return rows.map((row) => {
    const to = from + row.planned;
    const waits = waitsOf(moments, outcomes, from, to);
    from = to;
    return { ...row, ...waits };
  });
}
