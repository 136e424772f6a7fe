/** Every fault there is, a row each: to add one is to add a row. */
import type { Condition } from '../faults/cable.ts';
import type { Fault } from './ground.ts';
import { type EngineName, engineNames, type Stage, type Stand } from './stage.ts';

type Way = Readonly<{
  way: string;
  most: number;
  begin(engine: Stand): Promise<void> | void;
  end(engine: Stand): Promise<void> | void;
}>;

const cable = (condition: Condition, most: number): Way => ({
  way: condition,
  most,
  begin: (engine) => engine.cable.become(condition),
  end: (engine) => engine.cable.become('whole'),
});

const onEngines: readonly Way[] = [
  { way: 'kill', most: 6, begin: (engine) => engine.kill(), end: (engine) => engine.revive() },
  { way: 'freeze', most: 15, begin: (engine) => engine.freeze(), end: (engine) => engine.revive() },
  cable('cut', 10),
  cable('hold', 15),
  cable('lose', 2),
  cable('delay', 10),
  cable('reset', 5),
  cable('halve', 5),
  {
    way: 'full',
    most: 8,
    begin: ({ disk }) => disk?.fill(),
    async end(engine) {
      engine.disk?.free();
      await engine.revive();
    },
  },
];

const jump = (name: string, milliseconds: number): Fault<Stage> => ({
  name,
  target: 'clock',
  most: 10,
  begin: ({ host }) => host.tell({ clock: milliseconds }),
  end: ({ host }) => host.tell({ clock: 0 }),
});

const onSystem: readonly Fault<Stage>[] = [
  {
    name: 'system-kill',
    target: 'system',
    most: 3,
    begin: ({ host }) => host.end('SIGKILL'),
    end: ({ host }) => host.start(),
  },
  {
    name: 'system-restart',
    target: 'system',
    most: 1,
    begin: ({ host }) => host.end('SIGTERM'),
    end: ({ host }) => host.start(),
  },
  {
    name: 'system-freeze',
    target: 'system',
    most: 20,
    begin: ({ host }) => host.signal('SIGSTOP'),
    end: ({ host }) => host.signal('SIGCONT'),
  },
  {
    name: 'worker-kill',
    target: 'worker',
    most: 4,
    begin: ({ host }) => host.tell({ worker: 0 }),
    end: ({ host }) => host.tell({ worker: 1 }),
  },
  jump('clock-forward', 15_000),
  jump('clock-back', -15_000),
  { name: 'flood', target: 'load', most: 5, begin: ({ flood }) => flood.start(), end: ({ flood }) => flood.stop() },
];

const ofEngine = (name: EngineName): Fault<Stage>[] =>
  onEngines.map(({ way, most, begin, end }) => ({
    name: `${name}-${way}`,
    target: name,
    most,
    begin: ({ engines }) => begin(engines[name]),
    end: ({ engines }) => end(engines[name]),
  }));

export const faults: readonly Fault<Stage>[] = [...engineNames.flatMap(ofEngine), ...onSystem];
