/** JSON that came from outside, whose shape nobody has looked at yet. */

/**
 * What it holds; undefined where it is none, or where there is no text, which a schema then refuses: a parser's own words
 * would quote what it reads.
 */
export function readJson(text: string | Buffer | null | undefined): unknown {
  if (text === null || text === undefined) return undefined;
  try {
    return JSON.parse(String(text));
  } catch {
    return undefined;
  }
}

/** What `JSON.parse` gives. */
export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };

/** An object of JSON, whose members nobody has looked at yet. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** False for null and lists, which are objects to `typeof`. What is inside is not looked at. */
export const isJsonObject = (value: unknown): value is { [name: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is no such object has no members. */
export const objectOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
