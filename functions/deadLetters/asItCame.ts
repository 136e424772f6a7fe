/** Both forms of a dead letter as one: the record as it came, with where from and why in `dead.*` headers. */
import { z } from 'zod';
import { readJson } from '../../infra/json.ts';
import { namedHeaders } from '../../infra/kafkajs/headers.ts';
import type { KeptRecord } from '../runtime/ranges.kafka.ts';

/** What Lambda writes to a Kafka topic for one record that it gave up. */
const documentSchema = z.object({
  requestContext: z.object({
    functionArn: z.string(),
    condition: z.string(),
    approximateInvokeCount: z.number(),
  }),
  responseContext: z.object({ functionError: z.string().nullish() }).nullish(),
  timestamp: z.string(),
  KafkaBatchInfo: z.object({}),
  payload: z.object({
    records: z.record(
      z.string(),
      z.tuple([
        z.object({
          topic: z.string(),
          partition: z.number(),
          offset: z.number(),
          timestamp: z.number(),
          key: z.string().nullish(),
          value: z.string().nullish(),
          headers: z.array(z.record(z.string(), z.array(z.number()))).default([]),
        }),
      ]),
    ),
  }),
});
type Document = z.infer<typeof documentSchema>;
type Payload = Document['payload']['records'][string][0];

/** In `arn:aws:lambda:<region>:<account>:function:<name>`. */
const nameInArn = 6;

/** Only such a document has it: what is another thing is not parsed for nothing. */
const mark = '"KafkaBatchInfo"';

function documentIn({ value, headers }: KeptRecord): Document | undefined {
  if (headers['dead.condition'] !== undefined || !value?.includes(mark)) return undefined;
  return documentSchema.safeParse(readJson(value)).data;
}

/** What of the record the document has not: what was too large is left out, and so is what was never there. */
const lacks = ({ value, headers }: Payload): string =>
  [...(headers.length === 0 ? ['headers'] : []), ...(typeof value === 'string' ? [] : ['value'])].join(' and ');

/** Lambda does not tell why a function failed. */
function provenance({ requestContext, responseContext, timestamp }: Document, record: Payload): [string, string][] {
  const { condition, functionArn, approximateInvokeCount } = requestContext;
  const lost = lacks(record);
  return [
    ['dead.reason', responseContext?.functionError ?? 'the function was not called'],
    ['dead.condition', condition],
    ['dead.topic', record.topic],
    ['dead.partition', `${record.partition}`],
    ['dead.offset', `${record.offset}`],
    ['dead.timestamp', `${record.timestamp}`],
    ['dead.function', functionArn.split(':')[nameInArn] ?? functionArn],
    ['dead.attempts', `${approximateInvokeCount}`],
    ['dead.at', timestamp],
    ...(lost ? [['dead.lost', lost] satisfies [string, string]] : []),
  ];
}

const bytes = (base64: string | null | undefined): Buffer | null =>
  typeof base64 === 'string' ? Buffer.from(base64, 'base64') : null;

/**
 * A record of a dead-letter topic. One that is Lambda's JSON document becomes the record that it tells of, where the
 * document lies; any other is left as it is. `dead.lost` says what of the record may be missing.
 */
export function asItCame(letter: KeptRecord): KeptRecord {
  const document = documentIn(letter);
  const record = document && Object.values(document.payload.records)[0]?.[0];
  if (!record) return letter;
  const headers = namedHeaders([
    ...record.headers.flatMap((one) => Object.entries(one).map(([name, value]) => [name, Buffer.from(value)] as const)),
    ...provenance(document, record).map(([name, text]) => [name, Buffer.from(text)] as const),
  ]);
  return { ...letter, key: bytes(record.key) ?? letter.key, value: bytes(record.value), headers };
}
