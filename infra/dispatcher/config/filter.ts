/** Filter patterns of an event source mapping: EventBridge's pattern language over the record's value. */

import { Mistake } from '../../faults.ts';
import { isJsonObject, type Json, readJson } from '../../json.ts';
import { fieldOf, type Rule, ruleOf } from './filterRules.ts';

type Test = (event: { [name: string]: Json }) => boolean;

/**
 * Compiles the patterns of a mapping; a record passes when one of them matches. A pattern for JSON matches no plain
 * text and the other way round; a tombstone matches nothing.
 * @returns undefined where there are no patterns, so that no value needs to be parsed
 * @throws Error that names the place in the pattern
 */
export function compileFilters(patterns: readonly unknown[]): ((value: Buffer | null) => boolean) | undefined {
  const texts: Rule[] = [];
  const objects: Test[] = [];
  for (const [index, pattern] of patterns.entries()) {
    const at = `filterPatterns.${index}`;
    if (!isJsonObject(pattern)) throw new Mistake('service', `${at}: is an object like {value: {field: [text]}}`);
    for (const key of Object.keys(pattern)) {
      if (key !== 'value') throw new Mistake('service', `${at}.${key}: Kafka records are filtered by "value" only`);
    }
    if (Array.isArray(pattern.value)) texts.push(anyOf(pattern.value, `${at}.value`));
    else if (isJsonObject(pattern.value)) objects.push(fieldsOf(pattern.value, `${at}.value`));
    else throw new Mistake('service', `${at}.value: is an object of fields, or a list of rules for plain text`);
  }
  if (patterns.length === 0) return undefined;
  return (value) => {
    if (!value) return false;
    const text = value.toString();
    const json = /^\s*\{/.test(text) ? readJson(text) : undefined;
    return isJsonObject(json) ? objects.some((test) => test(json)) : texts.some((test) => test(text));
  };
}

/** Every field must match; of the alternatives under `$or`, one. */
function fieldsOf(pattern: { [name: string]: Json }, at: string): Test {
  const tests = Object.entries(pattern).map(([name, wanted]): Test => {
    const where = `${at}.${name}`;
    if (name === '$or' && Array.isArray(wanted) && wanted.every(isJsonObject)) {
      if (wanted.length < 2) throw new Mistake('service', `${where}: needs two alternatives or more`);
      const alternatives = wanted.map((one, index) => fieldsOf(one, `${where}.${index}`));
      return (event) => alternatives.some((test) => test(event));
    }
    if (Array.isArray(wanted)) {
      const rule = anyOf(wanted, where);
      return (event) => someLeaf(fieldOf(event, name), rule);
    }
    if (!isJsonObject(wanted)) throw new Mistake('service', `${where}: is a list of rules, or an object of fields`);
    const inner = fieldsOf(wanted, where);
    return (event) => someObject(fieldOf(event, name), inner);
  });
  return (event) => tests.every((test) => test(event));
}

function anyOf(list: readonly Json[], at: string): Rule {
  if (list.length === 0) throw new Mistake('service', `${at}: the list of rules is empty, so nothing could match`);
  const rules = list.map((rule, index) => ruleOf(rule, `${at}.${index}`));
  return (value) => rules.some((rule) => rule(value));
}

/** A list in the event matches when one of its items does. An object is no leaf: for the rules it is not there. */
function someLeaf(value: Json | undefined, rule: Rule): boolean {
  const test: Rule = (item) => rule(isJsonObject(item) ? undefined : item);
  return Array.isArray(value) ? someItem(value, test) : test(value);
}

/** What is not there is like an object without fields, so that `exists: false` can look into it. */
function someObject(value: Json | undefined, inner: Test): boolean {
  const test: Rule = (item) => inner(isJsonObject(item) ? item : {});
  return Array.isArray(value) ? someItem(value, test) : test(value);
}

/** Looks into lists inside lists, however deep they are; an empty one is like a field that is not there. */
function someItem(list: readonly Json[], test: Rule): boolean {
  const open: (Json | undefined)[] = [...list].reverse();
  if (open.length === 0) return test(undefined);
  while (open.length > 0) {
    const item = open.pop();
    if (!Array.isArray(item)) {
      if (test(item)) return true;
    } else if (item.length === 0) open.push(undefined);
    else for (let index = item.length - 1; index >= 0; index--) open.push(item[index]);
  }
  return false;
}
