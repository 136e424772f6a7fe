/** Words by their names, in each language's place: Spanish, English. */
export type WordTable = { readonly [name: string]: readonly [es: string, en: string] | WordTable };

/** One language's side of a table. */
export type Side<T> = { readonly [K in keyof T]: T[K] extends readonly string[] ? string : Side<T[K]> };
