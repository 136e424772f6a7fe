import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { Transform } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

/**
 * What becomes of what is said over a cable:
 * - `whole` nothing.
 * - `cut` its connections end, and new ones are refused.
 * - `hold` not a byte comes through, of new connections neither, like to an engine that hangs.
 * - `lose` nothing more of the connections that are open comes through, ever; new ones work, as behind a firewall that has
 *   forgotten them.
 * - `delay` each piece takes 200 ms.
 * - `reset` each piece may be the one at which its connection is reset.
 * - `halve` the same, with half of the piece through.
 */
export type Condition = 'whole' | 'cut' | 'hold' | 'lose' | 'delay' | 'reset' | 'halve';

/** A cable between the system and an engine. */
export type Cable = Readonly<{ url: string; become(condition: Condition): void; close(): void }>;

const delayMilliseconds = 200;
/** One piece in so many is the one at which a connection breaks. */
const breaksAfter = 20;

/** A connection from one end to the other; `open` as long as anything can still come through. */
class Line {
  readonly #ends: readonly [Socket, Socket];
  #open = true;
  #pieces = 0;

  constructor(near: Socket, far: Socket, way: Way) {
    this.#ends = [near, far];
    for (const end of this.#ends) end.on('error', () => this.end()).on('close', () => this.end());
    near.pipe(this.#direction(way)).pipe(far);
    far.pipe(this.#direction(way)).pipe(near);
  }

  /** Nothing more comes through, and nobody is told. */
  lose(): void {
    this.#open = false;
  }

  end(): void {
    for (const end of this.#ends) end.destroy();
  }

  #break(): void {
    for (const end of this.#ends) end.resetAndDestroy();
  }

  #direction(way: Way): Transform {
    const pass = async (piece: Buffer): Promise<Buffer | undefined> => {
      while (way.condition === 'hold') await way.changed;
      if (!this.#open) return undefined;
      const breaks = ++this.#pieces % breaksAfter === 0;
      if (way.condition === 'delay') await pause(delayMilliseconds);
      if (breaks && way.condition === 'reset') this.#break();
      if (!breaks || way.condition !== 'halve') return piece;
      setImmediate(() => this.#break());
      return piece.subarray(0, piece.length >> 1);
    };
    return new Transform({ transform: (piece, _, done) => void pass(piece).then((passed) => done(null, passed)) });
  }
}

/** The condition, and when it becomes another one. */
type Way = { condition: Condition; changed: Promise<void> };

/**
 * @param url of the engine, with its port
 * @param port where the cable begins; any that is free unless given
 */
export async function layCable(url: string, port = 0): Promise<Cable> {
  const engine = new URL(url);
  const beginning = new URL(url);
  const lines = new Set<Line>();
  let change = Promise.withResolvers<void>();
  const way: Way = { condition: 'whole', changed: change.promise };
  const server = createServer((near) => {
    if (way.condition === 'cut') return void near.destroy();
    const line = new Line(near, connect(Number(engine.port), engine.hostname), way);
    lines.add(line);
    near.on('close', () => lines.delete(line));
  }).listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  beginning.hostname = '127.0.0.1';
  beginning.port = `${typeof address === 'object' ? address?.port : 0}`;
  return {
    url: beginning.href.replace(/\/$/, ''),
    become(condition) {
      way.condition = condition;
      if (condition === 'cut') for (const line of lines) line.end();
      if (condition === 'lose') for (const line of lines) line.lose();
      change.resolve();
      change = Promise.withResolvers();
      way.changed = change.promise;
    },
    close() {
      server.close();
      for (const line of lines) line.end();
    },
  };
}
