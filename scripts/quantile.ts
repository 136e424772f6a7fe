/** The smallest of the values below which `part` of them lie. @param sorted ascending; NaN where there are none */
export const quantile = (sorted: readonly number[], part: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
