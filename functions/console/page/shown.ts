import type { Snapshot } from '../snapshot.ts';

/** What a part of the page has made of its element: what takes snapshots, and what ends it. */
export type Shown = Readonly<{ take?(snapshot: Snapshot): void; end?(): void }>;
