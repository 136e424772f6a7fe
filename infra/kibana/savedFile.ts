import { join } from 'node:path';
import type { Language } from '../../functions/orders/lifecycle.ts';

/** The file in the tree with the saved objects of a language, for those who import by hand. */
export const savedFile = (language: Language): string => join(import.meta.dirname, 'saved', `${language}.ndjson`);
