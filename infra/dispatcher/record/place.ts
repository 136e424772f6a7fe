/** What is known of single offsets of a partition, here and by those who had it before. */

/** How often a record was delivered, in vain, and how many of its retries that took: splitting a batch takes none. */
export type Tried = Readonly<{ deliveries: number; retries: number }>;

export const untried: Tried = { deliveries: 0, retries: 0 };

/** Whether a commit below it tells of it. */
export const isTelling = ({ done, tried }: Pick<Place, 'done' | 'tried'>): boolean => done || tried !== untried;

/** One offset, as long as something before it is not done. */
export type Place = { readonly offset: number; readonly done: boolean; readonly tried: Tried };

/** What an owner of a partition leaves to the next one beside the offset that it commits: of the offsets above that. */
export type Progress = {
  finished: ReadonlySet<number>;
  tried: ReadonlyMap<number, Tried>;
  /** The offset after the last of them. */
  end: number;
};

/** Where no earlier owner left anything. All such positions share it. */
export const noProgress: Progress = { finished: new Set(), tried: new Map(), end: 0 };

/** @returns what is told of offsets below the log's end: what is told of others was about a log that was cut since */
export function withinLog(progress: Progress, logEnd: number): Progress {
  if (logEnd >= progress.end) return progress;
  return {
    finished: new Set([...progress.finished].filter((offset) => offset < logEnd)),
    tried: new Map([...progress.tried].filter(([offset]) => offset < logEnd)),
    end: logEnd,
  };
}

/** Where to begin. `known` is the offset that the broker has for the group, negative where it has none. */
export type Position = { partition: number; offset: number; known: number; progress: Progress };
