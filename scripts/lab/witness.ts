import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Digest } from './digest.ts';
import type { Frame } from './screen/viewer.ts';
import { rowText } from './stores/inspection.ts';

/** One who looks at the screen for the whole of a run and keeps account of what was seen. */
export type Witness = Readonly<{
  seen(): number;
  skipped(): number;
  digest(): string;
  /** Resolves when so many have been seen or skipped. */
  until(count: number): Promise<void>;
  close(): void;
}>;

/**
 * Resolves when it is connected: what the screen gets from then on is seen, or counted as skipped.
 * @param url of the screen, with http
 * @throws Error of the socket when nothing answers there
 */
export async function witness(url: string): Promise<Witness> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`);
  await once(socket, 'open');
  const digest = new Digest();
  let skipped = 0;
  let waiting: { count: number; done: () => void } | undefined;
  socket.on('message', (data) => {
    const frame: Frame = JSON.parse(String(data));
    skipped = frame.skipped;
    if (frame.kind === 'messages') for (const message of frame.messages) digest.add(rowText(message));
    if (waiting && digest.count + skipped >= waiting.count) waiting.done();
  });
  return {
    seen: () => digest.count,
    skipped: () => skipped,
    digest: () => digest.toString(),
    until: (count) =>
      new Promise((resolve) => {
        waiting = { count, done: resolve };
        if (digest.count + skipped >= count) resolve();
      }),
    close: () => socket.close(),
  };
}
