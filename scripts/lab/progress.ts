import { Presets, SingleBar } from 'cli-progress';
import { systemClock } from '../../infra/clock.ts';

export type Bar = Readonly<{ show(phase: string, done: number, of: number): void; end(): void }>;

/** ms between two lines where the output is no terminal. */
const lineEvery = 5000;

/** A bar for each phase on a terminal, now and then a line elsewhere. */
export function progressBar(out: NodeJS.WriteStream = process.stderr): Bar {
  if (!out.isTTY) {
    let told = systemClock.monotonic();
    return {
      show(phase, done, of) {
        if (systemClock.monotonic() - told < lineEvery) return;
        told = systemClock.monotonic();
        out.write(`  ${phase}: ${done} of ${of}\n`);
      },
      end: () => undefined,
    };
  }
  const format = '  {phase} {bar} {percentage}% · {value}/{total} · {eta_formatted}';
  const bar = new SingleBar({ format, stream: out, clearOnComplete: true, hideCursor: true }, Presets.shades_classic);
  let current = '';
  return {
    show(phase, done, of) {
      if (phase !== current) {
        bar.stop();
        bar.start(of, done, { phase });
        current = phase;
      } else bar.update(done);
    },
    end() {
      bar.stop();
      current = '';
    },
  };
}
