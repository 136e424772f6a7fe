import type { languages } from '../../orders/lifecycle.ts';

/** One text for each language, in the order of `languages`. */
type Texts = TextOf<typeof languages>;
type TextOf<Languages extends readonly unknown[]> = { readonly [Place in keyof Languages]: string };

/** Words by their names. */
export type WordTable = { readonly [name: string]: Texts | WordTable };

/** One language's side of a table. */
export type Side<T> = { readonly [K in keyof T]: T[K] extends readonly string[] ? string : Side<T[K]> };
