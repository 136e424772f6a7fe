/** Text from outside is text: nothing in it steers a terminal, a log, an e-mail or the eye of a reader. */
import { domainToASCII } from 'node:url';
import { z } from 'zod';

/**
 * Control characters, lone surrogates (what is no Unicode at all), unassigned characters, line and paragraph
 * separators, whatever changes the direction of what follows, and what is not seen. Joiners and variants stay: Persian and emojis
 * need them; and so do the letters, not seen either, by which a flag's emoji names its country.
 */
const unseen = String.raw`(?![\u200c\u200d\p{Variation_Selector}\u{e0020}-\u{e007f}])\p{Default_Ignorable_Code_Point}`;
const stray = String.raw`(?<!\u{1f3f4}[\u{e0020}-\u{e007f}]{0,7})[\u{e0020}-\u{e007f}]`;
const steering = String.raw`(?:[\p{Cc}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Bidi_Control}\ufff9-\ufffb]|${unseen}|${stray})`;
const anySteering = new RegExp(steering, 'u');
/** Of these, what every version of this system and of Unicode refuses. */
const anyBreaking = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const allSteering = new RegExp(`${steering}+`, 'gu');

/** What `text` is refused with; the field's name comes before it. */
const notPlain = 'must be plain text in UTF-8: no control, invisible, unassigned or direction-changing characters';

/** Line breaks and tabs are control characters too, so a text of several lines is not plain. */
export const isPlain = (text: string): boolean => !anySteering.test(text);

/** The text with a space for whatever could steer a terminal: for those who print what others have written. */
export const harmless = (text: string): string => text.replace(allSteering, ' ');

const textOf = (most: number, isGood: (text: string) => boolean) =>
  z.string().trim().max(most).refine(isGood, notPlain).normalize();

/** A field that a person fills in, in Unicode's composed form. @param most characters */
export const plainText = (most: number) => textOf(most, isPlain);

/** The same where it has been taken: an order of a version that saw less to refuse, or of a newer Node, must still come to its end. */
export const keptText = (most: number) => textOf(most, (text) => !anyBreaking.test(text));

const atom = String.raw`[\p{L}\p{M}\p{N}!#$%&'*+/=?^_\x60{|}~-]+`;
const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
/** `=?` before the @ begins what a mail program decodes (RFC 2047). */
const email = new RegExp(`^(?!.*=\\?)(?=.{1,64}@)${atom}(?:\\.${atom})*@(?:${label}\\.)+(?=[a-z])${label}$`, 'u');

/** A domain in any script has a form in letters, digits and hyphens, which every mail server takes. */
function asciiDomain(address: string): string {
  const [local, domain, ...rest] = address.split('@');
  if (domain === undefined || rest.length > 0 || /^[a-z0-9.-]*$/.test(domain)) return address;
  return `${local}@${domainToASCII(domain)}`;
}

/** One spelling of an address for all in which a letter or a person may write it. */
export const spelling = (address: string): string => asciiDomain(address.trim().normalize().toLowerCase());

/** An e-mail address; before its @ in any script, which only a server with SMTPUTF8 takes. */
export const emailAddress = z
  .string()
  .trim()
  .max(254)
  .normalize()
  .transform(asciiDomain)
  .pipe(z.string().max(254).regex(email));
