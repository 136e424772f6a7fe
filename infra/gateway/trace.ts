import { randomFillSync } from 'node:crypto';
import type { Metadata } from '@grpc/grpc-js';

const traceparent = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}/;

const idBytes = 16;
// Random bytes are drawn for many ids at once: a draw of 16 bytes costs as much as one of 4,096.
const pool = Buffer.alloc(256 * idBytes);
let next = pool.length;

function randomTraceId(): string {
  if (next === pool.length) {
    randomFillSync(pool);
    next = 0;
  }
  next += idBytes;
  return pool.toString('hex', next - idBytes, next);
}

/** The trace that the caller's W3C `traceparent` names, else a new one: 32 hexadecimal digits. */
export function traceIdOf(metadata: Metadata): string {
  const [parent] = metadata.get('traceparent');
  return traceparent.exec(String(parent))?.[1] ?? randomTraceId();
}
