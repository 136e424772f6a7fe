/** Something that was asked and cannot be done, in words for the person who asked. */
export class Refusal extends Error {
  override name = 'Refusal';
}
