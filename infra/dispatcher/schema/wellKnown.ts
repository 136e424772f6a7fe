/** Messages that Protobuf itself declares, and that have a JSON of their own: a Timestamp is a text. */
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
export function wellKnownJson(type: Type, message: Message): JsonValue | undefined {
  const name = type.fullName.slice(1);
  const described = name.startsWith('google.protobuf.') ? known.getMessage(name) : undefined;
  return described && toJson(described, fromBinary(described, type.encode(message).finish()), { registry: known });
}
