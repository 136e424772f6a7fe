/** The module of a function under test: it writes each call down before it does what the rule's handler says. */
import type { KafkaEvent } from '../../infra/dispatcher/invoke/kafkaEvent.ts';

/** What a rule's handler can use. It runs in the function, so it knows nothing else. */
export type Tools = {
  /** The values of the records, in order. */
  texts: string[];
  /** How often a call has had this value, this one included. */
  times(text: string): number;
  /** Resolves when the scene opens the gate of this name. */
  gate(name: string): Promise<void>;
  sleep(milliseconds: number): Promise<void>;
  /** Writes a line that the scene can read. */
  note(text: string): void;
};
export type Handler = (event: KafkaEvent, tools: Tools, context: Record<string, unknown>) => unknown;

export function moduleSource(folder: string, handler: Handler): string {
  return `const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const folder = ${JSON.stringify(folder)};
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const text = ({ value }) => (value === undefined ? '' : Buffer.from(value, 'base64').toString());
const seen = () => readFileSync(folder + '/calls.jsonl', 'utf8').split('\\n').filter(Boolean).flatMap((line) => JSON.parse(line).texts);
const handler = ${handlerSource(handler)};
exports.handler = async (event, context) => {
  const texts = Object.values(event.records).flat().map(text);
  const remaining = context.getRemainingTimeInMillis();
  appendFileSync(folder + '/calls.jsonl', JSON.stringify({ at: Date.now(), pid: process.pid, event, context: { ...context, remaining }, texts }) + '\\n');
  const tools = {
    texts, sleep,
    times: (wanted) => seen().filter((one) => one === wanted).length,
    gate: async (name) => { while (!existsSync(folder + '/gate-' + name)) await sleep(10); },
    note: (line) => appendFileSync(folder + '/notes.txt', line + '\\n'),
  };
  return handler(event, tools, context);
};
`;
}

/** The source of a function, also of one that is written as a method. */
export function handlerSource(handler: Handler): string {
  const source = handler.toString();
  return /^(async\s+)?handler\s*\(/.test(source) ? `({ ${source} }).handler` : source;
}
