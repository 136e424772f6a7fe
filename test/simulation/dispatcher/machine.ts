/** What one simulated process runs on. When it is killed, nothing of it is heard any more. */
import type { ISocketFactory } from 'kafkajs';
import { type Clock, systemClock } from '../../../infra/clock.ts';
import type { Random } from '../../../infra/simulation/random.ts';

export type Process = Readonly<{
  clock: Clock;
  socketFactory: ISocketFactory;
  alive(): boolean;
  /** At once, whatever it is doing. */
  kill(): void;
  /** Calls when it is killed. */
  onKill(call: () => void): void;
}>;

type Socket = ReturnType<ISocketFactory>;

/** A socket of a process that is no more: it never connects. */
const nowhere = (socketFactory: ISocketFactory, given: Parameters<ISocketFactory>[0]): Socket => {
  const socket = socketFactory({ ...given, onConnect: () => undefined });
  socket.end();
  return socket;
};

/** @param wall its wall clock */
export function processOf(random: Random, socketFactory: ISocketFactory, wall = systemClock.now): Process {
  let alive = true;
  const sockets = new Set<Socket>();
  const kills: (() => void)[] = [];
  const ifAlive = (call: () => void) => () => {
    if (alive) call();
  };
  const hexadecimal = () => random.uint32().toString(16).padStart(8, '0');
  const uuid = () =>
    [...'1234']
      .map(hexadecimal)
      .join('')
      .replace(/^(.{8})(.{4}).(.{3}).(.{3})/, '$1-$2-4$3-8$4-');
  return {
    clock: {
      now: wall,
      monotonic: systemClock.monotonic,
      after: (milliseconds, call) => systemClock.after(milliseconds, ifAlive(call)),
      every(milliseconds, call) {
        const timer = systemClock.every(milliseconds, ifAlive(call));
        kills.push(timer.cancel);
        return timer;
      },
      random: () => random.fraction(),
      uuid,
    },
    socketFactory: (given) => {
      if (!alive) return nowhere(socketFactory, given);
      const socket = socketFactory({ ...given, onConnect: ifAlive(given.onConnect) });
      sockets.add(socket);
      return socket;
    },
    alive: () => alive,
    onKill: (call) => void kills.push(call),
    kill() {
      alive = false;
      for (const call of kills.splice(0)) call();
      for (const socket of sockets) {
        socket.removeAllListeners().on('error', () => undefined);
        socket.end();
      }
    },
  };
}
