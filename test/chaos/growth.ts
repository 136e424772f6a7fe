/** Whether something has grown while the same work was done again and again. */

/** Counts and megabytes at one moment, by name. */
export type Sample = Readonly<Record<string, number>>;

/** From the middle third of the time to the last one; `most` is how high it was. */
export type Growth = Readonly<{ name: string; middle: number; last: number; most: number; grows: boolean }>;

/** What lies within a tenth, and within a few, is the same: a heap is collected now and then, a connection is renewed. */
const [share, few] = [1.1, 5];

const medianOf = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;

/** @param samples evenly spaced, at least three; the first third is the warm-up */
export function growthOf(samples: readonly Sample[]): Growth[] {
  const third = Math.floor(samples.length / 3);
  return Object.keys(samples[0] ?? {}).map((name) => {
    const values = samples.map((sample) => sample[name] ?? Number.NaN);
    const [middle, last] = [medianOf(values.slice(third, 2 * third)), medianOf(values.slice(2 * third))];
    return { name, middle, last, most: Math.max(...values), grows: last > middle * share + few };
  });
}
