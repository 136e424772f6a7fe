/** A measured run of the lab reads with a consumer group of its own, named after the run and not after a function. */
const prefix = 'lab-';

export const labRunName = (...parts: readonly string[]): string => prefix + parts.join('-');

export const isLabRun = (group: string): boolean => group.startsWith(prefix);
