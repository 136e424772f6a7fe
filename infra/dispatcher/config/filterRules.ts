/** The operators of EventBridge's pattern language. Each rule tests one leaf; undefined is a field that is not there. */
import { BlockList, isIP } from 'node:net';
import { Mistake } from '../../faults.ts';
import { isJsonObject, type Json } from '../../json.ts';

/** @param value the leaf under test; undefined where the event has no such field */
export type Rule = (value: Json | undefined) => boolean;

/** A field of the event itself, not one that every object inherits, such as `constructor`. */
export const fieldOf = (event: { [name: string]: Json }, name: string): Json | undefined =>
  Object.hasOwn(event, name) ? event[name] : undefined;

const isText = (value: unknown): value is string => typeof value === 'string';

/** @throws Error naming the place and the operator */
export function ruleOf(pattern: Json, at: string): Rule {
  if (!isJsonObject(pattern)) {
    if (Array.isArray(pattern)) throw new Mistake('service', `${at}: a list inside a list of rules`);
    return (value) => value === pattern;
  }
  const entries = Object.entries(pattern);
  const [entry] = entries;
  if (!entry || entries.length > 1) throw new Mistake('service', `${at}: is one value, or an object with one operator`);
  const [operator, operand] = entry;
  const make = Object.hasOwn(operators, operator) ? operators[operator] : undefined;
  if (!make)
    throw new Mistake(
      'service',
      `${at}: there is no operator "${operator}" (there are ${Object.keys(operators).join(', ')})`,
    );
  return make(operand, `${at}.${operator}`);
}

const operators: Record<string, (operand: Json, at: string) => Rule> = {
  prefix: (operand, at) => affix(operand, at, (text, part) => text.startsWith(part)),
  suffix: (operand, at) => affix(operand, at, (text, part) => text.endsWith(part)),
  'equals-ignore-case'(operand, at) {
    const wanted = textOf(operand, at).toLowerCase();
    return (value) => isText(value) && value.toLowerCase() === wanted;
  },
  wildcard(operand, at) {
    const matches = wildcard(textOf(operand, at), at);
    return (value) => isText(value) && matches(value);
  },
  'anything-but': anythingBut,
  numeric,
  exists(operand, at) {
    if (typeof operand !== 'boolean') throw new Mistake('service', `${at}: is true or false`);
    return (value) => (value !== undefined) === operand;
  },
  cidr,
};

function textOf(operand: Json | undefined, at: string): string {
  if (isText(operand)) return operand;
  throw new Mistake('service', `${at}: is a text`);
}

/** `prefix` and `suffix` take a text, or `{equals-ignore-case: text}`. */
function affix(operand: Json, at: string, fits: (text: string, part: string) => boolean): Rule {
  if (!isJsonObject(operand)) {
    const part = textOf(operand, at);
    return (value) => isText(value) && fits(value, part);
  }
  const part = textOf(operand['equals-ignore-case'], `${at}.equals-ignore-case`).toLowerCase();
  return (value) => isText(value) && fits(value.toLowerCase(), part);
}

/** A value, a list of values, or one of the operators on text with one text or a list. A field must be there. */
function anythingBut(operand: Json, at: string): Rule {
  const refused = isJsonObject(operand) ? refusedTexts(operand, at) : [operand].flat().map((one) => ruleOf(one, at));
  return (value) => value !== undefined && !refused.some((rule) => rule(value));
}

function refusedTexts(operand: { [name: string]: Json }, at: string): Rule[] {
  const [[operator, parts] = ['', null]] = Object.entries(operand);
  if (!['prefix', 'suffix', 'equals-ignore-case', 'wildcard'].includes(operator)) {
    throw new Mistake('service', `${at}: takes values, or one of prefix, suffix, equals-ignore-case, wildcard`);
  }
  return [parts].flat().map((part) => ruleOf({ [operator]: part as Json }, at));
}

const comparisons: Record<string, (value: number, bound: number) => boolean> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `[">", 0, "<=", 5]`: one comparison, or two that bound a range. */
function numeric(operand: Json, at: string): Rule {
  const list = Array.isArray(operand) ? operand : [];
  if (list.length !== 2 && list.length !== 4) throw new Mistake('service', `${at}: is a list like [">", 0, "<=", 5]`);
  const tests: ((value: number) => boolean)[] = [];
  for (let index = 0; index < list.length; index += 2) {
    const [sign, bound] = [list[index], list[index + 1]];
    const compare = Object.hasOwn(comparisons, String(sign)) ? comparisons[String(sign)] : undefined;
    if (!compare || typeof bound !== 'number')
      throw new Mistake('service', `${at}: "${sign} ${bound}" is no comparison with a number`);
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function cidr(operand: Json, at: string): Rule {
  const [address = '', bits = ''] = textOf(operand, at).split('/');
  const family = isIP(address);
  const width = family === 4 ? 32 : 128;
  if (family === 0 || !/^\d+$/.test(bits) || Number(bits) > width)
    throw new Mistake('service', `${at}: is a range like 10.0.0.0/24`);
  const range = new BlockList();
  range.addSubnet(address, Number(bits), family === 4 ? 'ipv4' : 'ipv6');
  return (value) => isText(value) && isIP(value) === family && range.check(value, family === 4 ? 'ipv4' : 'ipv6');
}

/**
 * Compiles a text in which `*` stands for any text, `\*` and `\\` for themselves. A match goes once through the text,
 * whatever the pattern: what lies between two wildcards is looked for from left to right and never given back.
 * @throws Mistake naming the place of two wildcards beside each other
 */
function wildcard(pattern: string, at: string): (text: string) => boolean {
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
