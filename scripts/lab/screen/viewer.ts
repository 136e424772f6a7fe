import type { WebSocket } from 'ws';

/** Bytes on their way to a viewer; one that reads slower than messages come is not waited for beyond these. */
const mostWaiting = 2_000_000;

/** One who looks. What does not get through is counted and told, and nobody waits for it. */
export class Viewer {
  readonly #socket: WebSocket;
  skipped = 0;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    // A viewer that goes away needs no answer; unheard, its error would end the process.
    socket.on('error', () => undefined);
  }

  /** @param messages a JSON array of `count` messages */
  show(messages: string, count: number): void {
    if (this.#socket.bufferedAmount > mostWaiting) {
      this.skipped += count;
      return;
    }
    this.#socket.send(`{"kind":"messages","skipped":${this.skipped},"messages":${messages}}`);
  }

  tell(rates: Rates): void {
    this.#socket.send(JSON.stringify({ kind: 'rates', skipped: this.skipped, ...rates }));
  }
}

/** Of the last second and in all. `lag`: messages in Kafka that have not been shown yet. */
export type Rates = Readonly<{
  producedPerSecond: number;
  shownPerSecond: number;
  produced: number;
  shown: number;
  lag: number;
}>;

/** What comes by the WebSocket, as JSON. `skipped`: messages that this viewer has missed so far. */
export type Frame =
  | Readonly<{ kind: 'messages'; skipped: number; messages: readonly Shown[] }>
  | (Readonly<{ kind: 'rates'; skipped: number }> & Rates);

/** As the function `show` sends it. */
export type Shown = Readonly<{ id: string; text: string; at: number; by?: string; lang?: string }>;
