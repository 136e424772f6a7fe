/** The real functions on the real engines, each of which can die right after one of its effects. */

import { writtenMetrics } from '../../functions/metrics/writeMetrics.ts';
import { type NotifyPorts, notifyPorts } from '../../functions/notifications/connect.ts';
import { notifyFunction } from '../../functions/notifications/notify.ts';
import { type OrderPorts, orderPorts } from '../../functions/orders/connect.ts';
import type { Command } from '../../functions/orders/lifecycle.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import { transitionFunction } from '../../functions/orders/transition.ts';
import type { KafkaHandler } from '../../functions/runtime/handler.ts';
import type { Log } from '../../functions/runtime/ports.ts';
import { dieAfter } from './death.ts';

/** The ports, with the death after each effect. An effect on nothing is none. */
const mortalLog = (name: string, log: Log): Log => ({
  async publish(records) {
    await log.publish(records);
    if (records.some(({ topic }) => topic === eventsTopic)) dieAfter(`${name}:event`);
  },
});

function mortalOrders(name: string): OrderPorts {
  const ports = orderPorts();
  const { orders, alarms, settings } = ports;
  const log = mortalLog(name, ports.log);
  let moved = false;
  return {
    ...ports,
    log,
    metrics: writtenMetrics({ settings, log }),
    orders: {
      ...orders,
      async advance(advances) {
        const result = await orders.advance(advances);
        moved = advances.length > 0;
        if (moved) dieAfter(`${name}:state`);
        return result;
      },
    },
    alarms: {
      async set(slots) {
        await alarms.set(slots);
        if (moved) dieAfter(`${name}:timer`);
      },
    },
  };
}

function mortalNotify(): NotifyPorts {
  const ports = notifyPorts();
  const { post, sent } = ports;
  return {
    ...ports,
    post: {
      async send(letter) {
        await post.send(letter);
        dieAfter('notify:letter');
      },
    },
    sent: {
      ...sent,
      async mark(step, at) {
        await sent.mark(step, at);
        dieAfter('notify:mark');
      },
    },
  };
}

/** The last gap: everything is done and written, and the dispatcher has not heard of it. */
function lastGap(name: string, handler: KafkaHandler): KafkaHandler {
  return async (event, context) => {
    const answer = await handler(event, context);
    dieAfter(`${name}:metrics`);
    return answer;
  };
}

const mortalTransition = (name: Command) =>
  lastGap(
    name,
    transitionFunction(name, () => mortalOrders(name)),
  );

export const process = mortalTransition('process');
export const prepare = mortalTransition('prepare');
export const ship = mortalTransition('ship');
export const deliver = mortalTransition('deliver');
export const complete = mortalTransition('complete');
export const setback = mortalTransition('setback');
export const cancel = mortalTransition('cancel');
export const notify = lastGap('notify', notifyFunction(mortalNotify));
