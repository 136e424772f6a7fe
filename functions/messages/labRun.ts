/** A measured run of the lab reads with a consumer group of its own, named after the run and not after a function. */
const prefix = 'lab-';

/** The parts with hyphens between them, like `lab-20260102T030405-counter-redis-live` (UTC). */
export const labRunName = (...parts: readonly string[]): string => prefix + parts.join('-');

/** @param group without the namespace */
export const isLabRun = (group: string): boolean => group.startsWith(prefix);
