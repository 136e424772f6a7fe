/**
 * Chance that can be repeated: the same seed and the same names always draw the same number, in whatever
 * order and process they are drawn. So a whole run is reproducible, and a redelivered message decides alike.
 */

/** FNV-1a step by step; the mark after each part keeps ('a', 'bc') and ('ab', 'c') apart. */
function absorb(hash: number, part: string | number): number {
  const text = String(part);
  let mixed = hash;
  for (let index = 0; index < text.length; index++) mixed = Math.imul(mixed ^ text.charCodeAt(index), 0x01000193);
  return Math.imul(mixed ^ 0x10000, 0x01000193);
}

/** MurmurHash3's finalizer: every bit of the hash decides over every bit of the result. */
function finish(hash: number): number {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * Draws a number in [0, 1), uniform over the names.
 * @param parts name what is drawn, for instance `chance(seed, orderId, version, 'wait')`
 */
export function chance(seed: number, ...parts: readonly (string | number)[]): number {
  let hash = absorb(0x811c9dc5, seed);
  for (const part of parts) hash = absorb(hash, part);
  return finish(hash) / 0x1_0000_0000;
}

/** The point of `range` that the draw `u` in [0, 1) stands for, in the range's unit. */
export const between = (range: Readonly<{ low: number; high: number }>, u: number): number =>
  range.low + (range.high - range.low) * u;
