/** A place in a source, from the repository's root, and what stands there where the fault is. */
export type Change = Readonly<{ file: string; edits: readonly (readonly [now: string, then: string])[] }>;

export const inInfra = (file: string, ...edits: Change['edits']): Change => ({ file: `infra/${file}`, edits });
export const inDispatcher = (file: string, ...edits: Change['edits']): Change =>
  inInfra(`dispatcher/${file}`, ...edits);

/** A fault, as a small change that puts it in. */
export type PlantedFault = Readonly<{
  id: string;
  /** What it does, in a sentence. */
  tells: string;
  /** What a failure must say to count as found, where another fault has to be put back for it to show. */
  shows?: string;
  changes: readonly Change[];
}>;

/** @throws Error where the source is another by now: the change must be written anew */
export function planted(source: string, { file, edits }: Change): string {
  return edits.reduce((text, [now, then]) => {
    const parts = text.split(now);
    if (parts.length !== 2) throw new Error(`${file} has ${parts.length - 1} times, not once: ${now}`);
    return parts.join(then);
  }, source);
}
