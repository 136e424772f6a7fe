import { slowLines } from '../slowLines.ts';
import type { Progress } from './run.ts';

const whole = (value: number): string => Math.round(value).toLocaleString('en');

/** One line that tells where a run is. */
export function progressLine(progress: Progress): string {
  const { phase, elapsed, seconds, planned, sent, acknowledged, failed, notSent } = progress;
  const waiting = sent - acknowledged - failed;
  const troubles = [failed > 0 ? `${whole(failed)} failed` : '', notSent > 0 ? `${whole(notSent)} not sent` : ''];
  return [
    `${phase} ${elapsed.toFixed(0)} of ${seconds.toFixed(0)} s`,
    `${whole(sent)} of ${whole(planned)} sent`,
    `${whole(acknowledged)} acknowledged`,
    `${whole(waiting)} waiting`,
    ...troubles.filter(Boolean),
  ].join(' · ');
}

/**
 * Shows progress: one line rewritten on a terminal, a line every 5 s elsewhere.
 * @returns `end` leaves the terminal at the start of an empty line
 */
export function newProgressLine(out: NodeJS.WriteStream): { show(progress: Progress): void; end(): void } {
  if (out.isTTY) {
    return {
      show: (progress) => void out.write(`\r\x1b[2K${progressLine(progress).slice(0, out.columns - 1)}`),
      end: () => void out.write('\r\x1b[2K'),
    };
  }
  const tell = slowLines(out);
  return { show: (progress) => tell(progressLine(progress)), end: () => {} };
}
