import type { Document } from '../runtime/ports.ts';

/** Where metric documents go. A document whose id is there already counts as written. */
export interface Documents {
  /**
   * @returns the documents that can never be written, each with the reason
   * @throws when the store is away; some of the documents may have been written
   */
  create(documents: readonly Document[]): Promise<{ document: Document; reason: string }[]>;
}
