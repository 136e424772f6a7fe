/**
 * Leaves out whatever can be left out while it still fails: halves first, single ones at last.
 * @param most runs @returns the shortest list that failed, in its order
 */
export async function fewest<T>(
  all: readonly T[],
  fails: (some: readonly T[]) => Promise<boolean>,
  most: number,
): Promise<readonly T[]> {
  let [smallest, tries] = [all, 0];
  for (let size = Math.ceil(all.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = smallest.length - size; at > -size; at -= size) {
      const some = smallest.filter((_, index) => index < at || index >= at + size);
      if (some.length < smallest.length && ++tries <= most && (await fails(some))) smallest = some;
    }
  }
  return smallest;
}
