import { type Clock, systemClock } from '../../infra/clock.ts';
import type { HandlerPorts } from '../runtime/handler.ts';
import { kafkaLog } from '../runtime/log.kafka.ts';
import { once } from '../runtime/once.ts';
import { readSettings, type Settings } from '../settings.ts';
import { writtenMetrics } from './writeMetrics.ts';

/** What every function can reach; each feature adds ports of its own. */
export type CommonPorts = HandlerPorts & Readonly<{ settings: Settings }>;

/** Ports on the real engines, each connected when it is first used: a function opens no connection that it never uses. */
export function connectCommon(settings: Settings, clock: Clock = systemClock): CommonPorts {
  const log = once(() => kafkaLog(settings));
  const ports = {
    settings,
    clock,
    log: { publish: (records) => log().publish(records) },
  } satisfies Omit<CommonPorts, 'metrics'>;
  return { ...ports, metrics: writtenMetrics(ports) };
}

/** The common ports of this process or worker, from its environment. */
export const commonPorts = once(() => connectCommon(readSettings()));
