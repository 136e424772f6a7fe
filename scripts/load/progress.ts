import { whole } from '../wholeFigure.ts';
import type { Progress } from './run.ts';

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
