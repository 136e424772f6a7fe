/** Which posts of a stream are wanted. Empty lists want all. */
export type Tracking = Readonly<{
  /** Words; a post is wanted if it holds one, whatever its case and accents. */
  track: readonly string[];
  /** Language codes, like es and en. */
  languages: readonly string[];
}>;

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase();

/** Makes the test once for a whole stream. */
export function tracker({ track, languages }: Tracking): (post: { text: string; lang: string }) => boolean {
  const words = track.map(plain);
  return ({ text, lang }) => {
    if (languages.length > 0 && !languages.some((language) => lang === language || lang.startsWith(`${language}-`))) {
      return false;
    }
    if (words.length === 0) return true;
    const folded = plain(text);
    return words.some((word) => folded.includes(word));
  };
}
