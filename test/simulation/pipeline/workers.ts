/** Workers in which the product's functions run, on ports to the simulated engines. */
import { indexFunction } from '../../../functions/metrics/indexDocuments.ts';
import { notifyFunction } from '../../../functions/notifications/notify.ts';
import { commandNames } from '../../../functions/orders/lifecycle.ts';
import { transitionFunction } from '../../../functions/orders/transition.ts';
import type { KafkaHandler } from '../../../functions/runtime/handler.ts';
import type { Machine } from '../../../infra/dispatcher/invoke/functionWorker.ts';
import { type Handler, Runtime } from '../../../infra/dispatcher/invoke/runtime.ts';
import type { Running } from '../dispatcher/instance.ts';
import { processOf } from '../dispatcher/machine.ts';
import { indexPortsIn, notifyPortsIn, orderPortsIn } from './ports.ts';
import { type Surroundings, type System, surroundingsOf } from './system.ts';

const coldStart = 200;

function handlersIn(of: Surroundings): ReadonlyMap<string, KafkaHandler> {
  const orders = orderPortsIn(of);
  return new Map([
    ...commandNames.map((command) => [command, transitionFunction(command, () => orders)] as const),
    ['notify', notifyFunction(() => notifyPortsIn(of))],
    ['index', indexFunction(() => indexPortsIn(of))],
  ]);
}

/** @param dispatcher whose process they are threads of: they end with it, and have its clock */
export const workersOf =
  (system: System, { process: dispatcher }: Running): Machine['startWorker'] =>
  (_name, functions, events) => {
    const { random } = system;
    const process = processOf(random.branch(), dispatcher.socketFactory, dispatcher.clock.now);
    dispatcher.onKill(process.kill);
    const end = (code: number) => {
      if (!process.alive()) return;
      process.kill();
      if (dispatcher.alive()) events.exit(code);
    };
    const handlers = handlersIn(surroundingsOf(system, process, () => end(1)));
    const runtime = new Runtime(functions, process.clock);
    process.clock.after(random.between(1, coldStart), () => events.message({ kind: 'ready' }));
    return {
      post(calls) {
        for (const call of calls) {
          const handler = handlers.get(call.functionName) as unknown as Handler;
          void runtime.outcomeOf(handler, call).then((outcome) => {
            if (process.alive()) events.message({ kind: 'replies', replies: [{ id: call.id, outcome }] });
          });
        }
      },
      terminate: async () => end(0),
    };
  };
