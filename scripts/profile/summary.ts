/** What V8's profiles say, function by function. */

type CallFrame = Readonly<{ functionName: string; url: string; lineNumber: number }>;
/** As node writes it with `--cpu-prof`: `samples` are ids of nodes, `timeDeltas` µs since the sample before. */
type CpuProfile = Readonly<{
  nodes: readonly Readonly<{ id: number; callFrame: CallFrame }>[];
  samples: readonly number[];
  timeDeltas: readonly number[];
}>;
type HeapNode = Readonly<{ callFrame: CallFrame; selfSize: number; children: readonly HeapNode[] }>;
/** As node writes it with `--heap-prof`: what is alive at the end, by where it was allocated; sizes in bytes. */
type HeapProfile = Readonly<{ head: HeapNode }>;

/** `total` and each function's own share, the largest first: µs or bytes. */
export type Shares = Readonly<{ total: number; functions: readonly (readonly [site: string, own: number])[] }>;

const foldersShown = 3;

function siteOf({ functionName, url, lineNumber }: CallFrame): string {
  const file = url.split('/').slice(-foldersShown).join('/');
  return `${functionName || '(anonymous)'}${file ? ` ${file}:${lineNumber + 1}` : ''}`;
}

function sharesOf(own: Iterable<readonly [CallFrame, number]>): Shares {
  const sums = new Map<string, number>();
  let total = 0;
  for (const [frame, value] of own) {
    total += value;
    sums.set(siteOf(frame), (sums.get(siteOf(frame)) ?? 0) + value);
  }
  return { total, functions: [...sums].sort(([, a], [, b]) => b - a) };
}

/** Where a thread's time went; what it waited is left out. */
export function cpuShares({ nodes, samples, timeDeltas }: CpuProfile): Shares {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  return sharesOf(
    samples.flatMap((id, index) => {
      const frame = frames.get(id);
      return frame && frame.functionName !== '(idle)' ? [[frame, timeDeltas[index] ?? 0] as const] : [];
    }),
  );
}

function* allocations({ callFrame, selfSize, children }: HeapNode): Generator<readonly [CallFrame, number]> {
  if (selfSize > 0) yield [callFrame, selfSize];
  for (const child of children) yield* allocations(child);
}

/** In bytes: what is alive at the end, by the function that allocated it. */
export const heapShares = ({ head }: HeapProfile): Shares => sharesOf(allocations(head));
