/** What spreadsheets make of a CSV file besides its cells: its encoding, its separator, and how they write numbers. */
import { isUtf8 } from 'node:buffer';

/** The file's text without a byte-order mark; undefined where its encoding cannot be known. */
export function decodeText(bytes: Buffer): string | undefined {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  return isUtf8(bytes) ? new TextDecoder('utf-8').decode(bytes) : undefined;
}

const separators = [',', ';', '\t', '|'] as const;

/**
 * The separator: the one that Excel's own first line names (`sep=;`), or the one that the header holds most of.
 * @returns also the text without that line
 */
export function separatorOf(text: string): { separator: string; rest: string } {
  const named = /^sep=(.)\r?\n/.exec(text);
  if (named?.[1]) return { separator: named[1], rest: text.slice(named[0].length) };
  const header = text.slice(0, text.search(/\r?\n|$/));
  const count = (separator: string) => header.split(separator).length;
  const [most = ','] = separators.toSorted((a, b) => count(b) - count(a));
  return { separator: most, rest: text };
}

/** One decimal mark, and no more digits behind it than make it certain; or thousands in threes, all by the same mark. */
const plain = /^(0|[1-9]\d*)(?:[.,](\d+))?$/;
const grouped = /^(\d{1,3})(?:(\.)\d{3}(?:\.\d{3})*(?:,(\d+))?|(,)\d{3}(?:,\d{3})*(?:\.(\d+))?)$/;

/** A number as people in Chile, Spain or England write it; a sentence where that can be read in two ways, or in none. */
export function readAmount(text: string): number | string {
  const [, whole = '', decimals] = plain.exec(text) ?? [];
  // 12.990 is twelve thousand to some and thirteen to others; 0.990 is not.
  if (decimals?.length === 3 && whole !== '0' && whole.length <= 3) {
    return `"${text}" can be read in two ways: write ${whole}${decimals} or ${whole}.${decimals.replace(/0$/, '') || '0'}`;
  }
  if (whole !== '') return Number(decimals === undefined ? whole : `${whole}.${decimals}`);
  const found = grouped.exec(text);
  if (!found) return `"${text}" is not a price above 0, like 12990 or 12990.50`;
  const mark = found[2] ?? found[4] ?? '';
  const [thousands = ''] = mark === '.' ? text.split(',') : text.split('.');
  return Number(`${thousands.replaceAll(mark, '')}.${found[3] ?? found[5] ?? '0'}`);
}
