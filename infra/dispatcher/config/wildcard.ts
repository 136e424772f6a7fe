import { Mistake } from '../../faults.ts';

/**
 * Compiles a text in which `*` stands for any text, `\*` and `\\` for themselves. A match goes once through the text,
 * whatever the pattern: what lies between two wildcards is looked for from left to right and never given back.
 * @throws Mistake naming the place of two wildcards beside each other
 */
export function wildcard(pattern: string, at: string): (text: string) => boolean {
  const parts = [''];
  for (const [token] of pattern.matchAll(/\\[*\\]|./gs)) {
    if (token === '*') parts.push('');
    else parts[parts.length - 1] += token.length === 2 ? token.slice(1) : token;
  }
  const [first = '', ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  if (rest.includes('')) throw new Mistake('service', `${at}: has two wildcards beside each other`);
  return (text) => {
    if (!text.startsWith(first)) return false;
    let from = first.length;
    for (const part of rest) {
      const found = text.indexOf(part, from);
      if (found === -1) return false;
      from = found + part.length;
    }
    return text.length - last.length >= from && text.endsWith(last);
  };
}
