import { type Handler, handlerSource } from '../functionModule.ts';

/** What a function on AWS tells of itself, in a message each; `order` counts those of one environment. */
export type Report = Readonly<{ rule: string; at: number; order: number }> &
  ({ call: { event: unknown; context: Record<string, unknown>; texts: string[] } } | { note: string });

/** The largest message that a queue takes is 256 KB: of a larger event only the texts' beginnings are told. */
const largest = 200_000;

/** The module of a function on AWS, which has the SDK at hand. It counts in its memory: an environment that is replaced forgets. */
export const reportingSource = (
  handler: Handler,
): string => `const { SendMessageCommand, SQSClient } = require('@aws-sdk/client-sqs');
const client = new SQSClient({});
let order = 0;
const report = (what) => client.send(new SendMessageCommand({
  QueueUrl: process.env.QUEUE_URL,
  MessageBody: JSON.stringify({ rule: process.env.RULE, at: Date.now(), order: order++, ...what }),
}));
const text = ({ value }) => (value === undefined ? '' : Buffer.from(value, 'base64').toString());
const fitting = (call) => JSON.stringify(call).length < ${largest} ? call
  : { ...call, event: { ...call.event, records: {} }, texts: call.texts.map((one) => one.slice(0, 20)) };
const seen = [];
const handler = ${handlerSource(handler)};
exports.handler = async (event, context) => {
  const texts = Object.values(event.records).flat().map(text);
  const remaining = context.getRemainingTimeInMillis();
  seen.push(...texts);
  await report({ call: fitting({ event, context: { ...context, remaining }, texts }) });
  const notes = [];
  const tools = {
    texts,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
    times: (wanted) => seen.filter((one) => one === wanted).length,
    note: (note) => void notes.push(report({ note })),
  };
  try { return await handler(event, tools, context); } finally { await Promise.all(notes); }
};
`;
