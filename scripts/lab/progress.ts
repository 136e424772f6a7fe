import { Presets, SingleBar } from 'cli-progress';
import { slowLines } from '../slowLines.ts';

export type Bar = Readonly<{ show(phase: string, done: number, of: number): void; end(): void }>;

/** A bar for each phase on a terminal, now and then a line elsewhere. */
export function progressBar(out: NodeJS.WriteStream = process.stderr): Bar {
  if (!out.isTTY) {
    const tell = slowLines(out);
    return { show: (phase, done, of) => tell(`  ${phase}: ${done} of ${of}`), end: () => undefined };
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
