import { createRegistry, fromBinary, type JsonValue, toJson } from '@bufbuild/protobuf';
import {
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
} from '@bufbuild/protobuf/wkt';
import type { Message, Type } from 'protobufjs';
import protobuf from 'protobufjs';
import type { Decode, RegisteredSchema } from './codec.ts';

/**
 * A record tells by an index which message of the schema it is.
 * @throws Error where the schema is none of Protobuf's, or imports what nobody knows
 */
export function protobufDecoder({ text, references }: RegisteredSchema): Decode {
  const names = messagesOf(text);
  const root = new protobuf.Root();
  const options = { keepCase: true };
  const imports = [...references.map((reference) => reference.text), text].flatMap(
    (one) => protobuf.parse(one, root, options).imports ?? [],
  );
  for (const name of imports) root.addJSON(protobuf.common.get(name)?.nested ?? {});
  root.resolveAll();
  return (bytes) => {
    const reader = new protobuf.BufferReader(bytes);
    const type = root.lookupType(nameAt(names, indexesOf(reader)));
    return jsonOf(type, type.decode(reader));
  };
}

type Messages = Readonly<{ name: string; nested: readonly Messages[] }>;

/** The messages that a file itself declares, in its order. */
function messagesOf(text: string): readonly Messages[] {
  const { root, package: name } = protobuf.parse(text, new protobuf.Root(), { keepCase: true });
  const within = (namespace: protobuf.NamespaceBase): readonly Messages[] =>
    namespace.nestedArray
      .filter((one) => one instanceof protobuf.Type)
      .map((type) => ({ name: type.fullName, nested: within(type) }));
  const own = name ? root.lookup(name) : root;
  return own instanceof protobuf.Namespace ? within(own) : [];
}

/** As zigzag: how many there are, then each. None is short for the first message. */
function indexesOf(reader: protobuf.Reader): readonly number[] {
  const count = reader.sint32();
  if (count < 0 || count > reader.len - reader.pos) throw new Error('the index of the message cannot be read');
  return count === 0 ? [0] : Array.from({ length: count }, () => reader.sint32());
}

function nameAt(messages: readonly Messages[], [first = 0, ...rest]: readonly number[]): string {
  const message = messages[first];
  if (!message) throw new Error(`the schema has no message ${first}`);
  return rest.length === 0 ? message.name : nameAt(message.nested, rest);
}

/** Protobuf's own JSON: names in camel case, 64-bit numbers (objects here) as texts, bytes as base64, nothing for what is not there. */
function jsonOf(type: protobuf.Type, message: protobuf.Message): unknown {
  const known = wellKnownJson(type, message);
  if (known !== undefined) return known;
  const values = message as unknown as Record<string, unknown>;
  const there = type.fieldsArray.filter(({ name }) => Object.hasOwn(values, name));
  return Object.fromEntries(there.map((field) => [jsonName(field), fieldJson(field, values[field.name])]));
}

function fieldJson(field: protobuf.Field, value: unknown): unknown {
  if (field instanceof protobuf.MapField) {
    const entries = Object.entries(value as Record<string, unknown>);
    return Object.fromEntries(entries.map(([key, one]) => [mapKey(field, key), valueJson(field, one)]));
  }
  return Array.isArray(value) ? value.map((one) => valueJson(field, one)) : valueJson(field, value);
}

function valueJson({ resolvedType }: protobuf.Field, value: unknown): unknown {
  if (resolvedType instanceof protobuf.Enum) return resolvedType.valuesById[Number(value)] ?? value;
  if (resolvedType instanceof protobuf.Type) return jsonOf(resolvedType, value as protobuf.Message);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (typeof value === 'object') return `${value}`;
  return typeof value === 'number' && !Number.isFinite(value) ? `${value}` : value;
}

/** protobufjs keeps 64-bit keys as eight characters. */
const mapKey = ({ keyType }: protobuf.MapField, key: string): string =>
  /64$/.test(keyType) && key.length === 8
    ? `${protobuf.util.longFromHash(key, keyType === 'uint64' || keyType === 'fixed64')}`
    : key;

const jsonName = ({ name, options }: protobuf.Field): string =>
  options?.json_name ?? name.replace(/_+(.?)/g, (_, letter: string) => letter.toUpperCase());

const known = createRegistry(
  file_google_protobuf_any,
  file_google_protobuf_duration,
  file_google_protobuf_empty,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
);

/**
 * @returns undefined where the message is none of them
 * @throws Error where its JSON cannot say what it holds, such as a Timestamp after the year 9999
 */
function wellKnownJson(type: Type, message: Message): JsonValue | undefined {
  const name = type.fullName.slice(1);
  const described = name.startsWith('google.protobuf.') ? known.getMessage(name) : undefined;
  return described && toJson(described, fromBinary(described, type.encode(message).finish()), { registry: known });
}
