/**
 * Adds up what parts that ran side by side have done, once all of them have ended: a part that still ran
 * could otherwise meet its own repetition.
 * @throws the first part's error
 */
export async function sumOf(parts: readonly Promise<number>[]): Promise<number> {
  let sum = 0;
  for (const result of await Promise.allSettled(parts)) {
    if (result.status === 'rejected') throw result.reason;
    sum += result.value;
  }
  return sum;
}
