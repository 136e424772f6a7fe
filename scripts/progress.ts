/** Shows people how far a program is: the one way of everything that a person runs. */
import { Presets, SingleBar } from 'cli-progress';
import { systemClock } from '../infra/clock.ts';

/** `text` says it in words; `done` of `of` in whatever is counted. */
export type Step = Readonly<{ text: string; done: number; of: number }>;

/** `end` leaves a terminal at the start of an empty line; what is shown after it begins anew. */
type Progress = Readonly<{ show(step: Step): void; end(): void }>;

/** ms between two lines where the output is no terminal. */
const lineEvery = 5000;

/** A bar that is drawn again in place on a terminal; elsewhere a line of the words now and then. */
export function showProgress(out: NodeJS.WriteStream = process.stderr): Progress {
  if (!out.isTTY) return slowLines(out);
  const options = { stream: out, format: '{bar} {percentage}% · {text}', barsize: 20, clearOnComplete: true };
  const bar = new SingleBar({ ...options, hideCursor: true }, Presets.shades_classic);
  return {
    show({ text, done, of }) {
      if (!bar.isActive) bar.start(of, done, { text });
      bar.setTotal(of);
      bar.update(done, { text });
    },
    end: () => bar.stop(),
  };
}

function slowLines(out: NodeJS.WriteStream): Progress {
  let told = systemClock.monotonic();
  return {
    show({ text }) {
      if (systemClock.monotonic() - told < lineEvery) return;
      told = systemClock.monotonic();
      out.write(`${text}\n`);
    },
    end: () => undefined,
  };
}
