import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Language } from '../../../functions/orders/lifecycle.ts';
import { harmless } from '../../../functions/text.ts';
import type { Frame, Rates, Shown } from './viewer.ts';

type Lines = Readonly<{ line(message: Shown): string; rates(rates: Rates & { skipped: number }): string }>;

const whole = (value: number): string => Math.round(value).toLocaleString('es');

const words = {
  es: { produced: 'producidos/s', shown: 'mostrados/s', lag: 'esperan en Kafka', skipped: 'saltados' },
  en: { produced: 'produced/s', shown: 'shown/s', lag: 'waiting in Kafka', skipped: 'skipped' },
} as const;

/** Each ends with a line break. What could steer the terminal becomes a space in texts and names. */
export const lines = (language: Language): Lines => ({
  line: ({ id, text, by }) => `${id}  ${by ? `@${harmless(by)}  ` : ''}${harmless(text)}\n`,
  rates({ producedPerSecond, shownPerSecond, lag, skipped }) {
    const say = words[language];
    const figures = [
      `${whole(producedPerSecond)} ${say.produced}`,
      `${whole(shownPerSecond)} ${say.shown}`,
      `${whole(lag)} ${say.lag}`,
      `${whole(skipped)} ${say.skipped}`,
    ];
    return `── ${figures.join(' · ')} ──\n`;
  },
});

/**
 * Looks at the screen and writes every message to `out`. While `out` does not keep up nothing is read,
 * so the screen skips messages for this viewer alone, and says how many.
 * @returns when the signal comes, or the screen ends
 */
export async function viewInTerminal(
  url: string,
  out: NodeJS.WritableStream,
  say: Lines,
  signal: AbortSignal,
): Promise<void> {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/live`);
  const over = once(socket, 'close');
  signal.addEventListener('abort', () => socket.close(), { once: true });
  socket.on('message', (data) => {
    const frame: Frame = JSON.parse(String(data));
    const text = frame.kind === 'messages' ? frame.messages.map(say.line).join('') : say.rates(frame);
    if (out.write(text)) return;
    socket.pause();
    out.once('drain', () => socket.resume());
  });
  await over;
}
