/** CloudFormation's intrinsic functions, as far as a template alone tells what they give. */
import { Mistake } from '../../../faults.ts';
import { isJsonObject, type JsonObject } from '../../../json.ts';
import { attributeOf, type Place, type Reference } from './resources.ts';

/** The sections of a template that are looked at. */
export type Template = Readonly<{
  Parameters?: JsonObject;
  Mappings?: JsonObject;
  Conditions?: JsonObject;
  Resources?: JsonObject;
}>;

/** What is known beside the template. */
type Facts = Place & {
  stack: string;
  /** By name, instead of the defaults. */
  parameters: Readonly<Record<string, string>>;
};

/** What `AWS::NoValue` gives: whatever has it is as if it were not there. */
const absent = Symbol('AWS::NoValue');

type Given = (operand: unknown, of: Resolver) => unknown;

/** Each gives undefined where only a deployment knows. */
const intrinsics = new Map<string, Given>([
  ['Ref', (name, of) => (typeof name === 'string' ? of.reference(name) : undefined)],
  ['Condition', (name, of) => (typeof name === 'string' ? of.condition(name) : undefined)],
  ['Fn::GetAtt', (path, of) => of.attribute(Array.isArray(path) ? path.join('.') : path)],
  ['Fn::Sub', (given, of) => of.substitute(given)],
  ['Fn::Join', join],
  ['Fn::Split', split],
  ['Fn::Select', select],
  ['Fn::FindInMap', (keys, of) => of.find(keys)],
  ['Fn::Base64', (given, of) => textOf(given, of, (text) => Buffer.from(text).toString('base64'))],
  ['Fn::If', choose],
  ['Fn::Equals', equals],
  ['Fn::Not', (given, of) => truths(given, of, ([first]) => !first)],
  ['Fn::And', (given, of) => truths(given, of, (all) => all.every(Boolean))],
  ['Fn::Or', (given, of) => truths(given, of, (all) => all.some(Boolean))],
]);

function textOf(given: unknown, of: Resolver, then: (text: string) => unknown): unknown {
  const value = of.resolve(given);
  return isPlain(value) ? then(String(value)) : undefined;
}

function truths(given: unknown, of: Resolver, then: (all: boolean[]) => boolean): boolean | undefined {
  const all = of.resolve(given);
  return Array.isArray(all) && all.every((one) => typeof one === 'boolean') ? then(all) : undefined;
}

function join(given: unknown, of: Resolver): unknown {
  const [delimiter, parts] = listOf(of.resolve(given));
  return Array.isArray(parts) && parts.every(isPlain) ? parts.join(String(delimiter)) : undefined;
}

function split(given: unknown, of: Resolver): unknown {
  const [delimiter, text] = listOf(of.resolve(given));
  return isPlain(text) ? String(text).split(String(delimiter)) : undefined;
}

function select(given: unknown, of: Resolver): unknown {
  const [index, list] = listOf(of.resolve(given));
  return Array.isArray(list) ? list[Number(index)] : undefined;
}

function choose(given: unknown, of: Resolver): unknown {
  const [name, met, otherwise] = listOf(given);
  const condition = of.condition(String(name));
  return condition === undefined ? undefined : of.whole(condition ? met : otherwise);
}

function equals(given: unknown, of: Resolver): boolean | undefined {
  const [one, other] = listOf(of.resolve(given));
  return isPlain(one) && isPlain(other) ? String(one) === String(other) : undefined;
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const isPlain = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
const own = (of: unknown, key: string): unknown => (isJsonObject(of) && Object.hasOwn(of, key) ? of[key] : undefined);

/** Resolves what a template says. An intrinsic function that only a deployment can work out stays as it stands. */
export class Resolver {
  readonly #template: Template;
  readonly #facts: Facts;
  readonly #asked = new Set<string>();

  /** @throws Mistake where a parameter is given that the template does not have */
  constructor(template: Template, facts: Facts) {
    this.#template = template;
    this.#facts = facts;
    for (const name of Object.keys(facts.parameters)) {
      if (own(template.Parameters, name) !== undefined) continue;
      const names = Object.keys(template.Parameters ?? {}).join(', ') || 'none';
      throw new Mistake('flag', `--parameters ${name} is no parameter of the template, which has ${names}`);
    }
  }

  /** @returns the value, resolved as far as that goes; `undefined` for what is `AWS::NoValue` */
  resolve(value: unknown): unknown {
    const whole = this.whole(value);
    return whole === absent ? undefined : whole;
  }

  /** The same, in which what is not there is still to be told. */
  whole(value: unknown): unknown {
    if (Array.isArray(value)) return value.map((one) => this.whole(one)).filter((one) => one !== absent);
    if (!isJsonObject(value)) return value;
    const [entry, ...others] = Object.entries(value);
    const intrinsic = entry && others.length === 0 ? intrinsics.get(entry[0]) : undefined;
    const given = intrinsic && this.#once(JSON.stringify(value), () => intrinsic(entry?.[1], this));
    if (given !== undefined) return given;
    const entries = Object.entries(value).map(([key, one]) => [key, this.whole(one)] as const);
    return Object.fromEntries(entries.filter(([, one]) => one !== absent));
  }

  /** What asks for itself is never known. */
  #once<T>(question: string, answer: () => T): T | undefined {
    if (this.#asked.has(question)) return undefined;
    this.#asked.add(question);
    try {
      return answer();
    } finally {
      this.#asked.delete(question);
    }
  }

  reference(name: string): unknown {
    const { region, account, stack, parameters } = this.#facts;
    const pseudo: Record<string, unknown> = {
      'AWS::NoValue': absent,
      'AWS::Region': region,
      'AWS::AccountId': account,
      'AWS::Partition': 'aws',
      'AWS::StackName': stack,
      'AWS::URLSuffix': 'amazonaws.com',
    };
    if (Object.hasOwn(pseudo, name)) return pseudo[name];
    const parameter = own(this.#template.Parameters, name);
    return parameter === undefined
      ? this.#attribute({ logicalId: name })
      : parameterValue(parameter, own(parameters, name));
  }

  attribute(path: unknown): unknown {
    const [logicalId, attribute] = typeof path === 'string' ? (/^([^.]+)\.(.+)$/.exec(path)?.slice(1) ?? []) : [];
    return logicalId && this.#attribute({ logicalId, attribute });
  }

  #attribute(reference: Reference): string | undefined {
    const resource = own(this.#template.Resources, reference.logicalId);
    return isJsonObject(resource)
      ? attributeOf(resource, reference, this.#facts, (value) => this.resolve(value))
      : undefined;
  }

  condition(name: string): boolean | undefined {
    const value = this.resolve(own(this.#template.Conditions, name));
    return typeof value === 'boolean' ? value : undefined;
  }

  find(keys: unknown): unknown {
    const [map, first, second, otherwise] = listOf(this.resolve(keys));
    const found = own(own(own(this.#template.Mappings, String(map)), String(first)), String(second));
    return found ?? own(otherwise, 'DefaultValue');
  }

  substitute(given: unknown): unknown {
    const [text, names] = Array.isArray(given) ? given : [given];
    if (typeof text !== 'string') return undefined;
    let known = true;
    const whole = text.replace(/\$\{(!?)([^}]+)\}/g, (_, literal: string, name: string) => {
      if (literal) return `\${${name}}`;
      const said = this.resolve(
        own(names, name.trim()) ?? { [name.includes('.') ? 'Fn::GetAtt' : 'Ref']: name.trim() },
      );
      known &&= isPlain(said);
      return String(said);
    });
    return known ? whole : undefined;
  }
}

/** A default of a parameter that is kept elsewhere names the place, and not the value. */
function parameterValue(parameter: unknown, said: unknown): unknown {
  const type = String(own(parameter, 'Type'));
  const value = said ?? (type.startsWith('AWS::SSM::') ? undefined : own(parameter, 'Default'));
  const isList = type === 'CommaDelimitedList' || type.startsWith('List<');
  return isList && typeof value === 'string' ? value.split(',').map((one) => one.trim()) : value;
}
