/** Marks of sent e-mails lie in the hash of the order that they belong to, and go when the order goes. */
const prefix = 'sent:';

/** The field that says when the e-mail of a step was sent (ms since 1970). */
export const sentField = (version: number): string => `${prefix}${version}`;

/** The version that such a field is about; undefined for any other field. */
export const sentVersion = (field: string): number | undefined =>
  field.startsWith(prefix) ? Number(field.slice(prefix.length)) : undefined;

/** Written before letters go out: where it cannot be, no mark could be either, and a letter would go again at each retry. */
export const checkedKey = (namespace: string): string => `${namespace}mail:checked`;
