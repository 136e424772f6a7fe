/** Something that the person gave and can correct: a flag, a CSV row, a line of a trace. */
export class BadInput extends Error {
  override readonly name = 'BadInput';
}
