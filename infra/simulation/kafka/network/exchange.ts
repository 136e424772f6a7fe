/** One request and its answer. */
import { crc32 } from 'node:zlib';
import { Reader } from '../../../kafkajs/reader.ts';
import type { Cluster, Node } from '../cluster.ts';
import type { Effect, Faults } from '../faults.ts';
import type { Asked, Handler } from '../requests/asked.ts';
import { handlers } from '../requests/handlers.ts';
import type { Api } from '../wire/api.ts';
import { type ApiName, apiOf, apis, type Request, type Response } from '../wire/apis.ts';
import { errorCode } from '../wire/errors.ts';
import { decode, encode } from '../wire/layout.ts';

export type Answered =
  | Readonly<{ kind: 'answer'; bytes: Buffer; copies: number }>
  | Readonly<{ kind: 'nothing' }>
  /** What of an answer has arrived before, if there is one: it breaks off in its middle. */
  | Readonly<{ kind: 'reset'; bytes?: Buffer }>;

/** What stands before every request. */
function readHead(request: Buffer) {
  const reader = new Reader(request);
  const head = { key: reader.int16(), version: reader.int16(), correlationId: reader.int32(), clientId: reader.text() };
  return { ...head, body: request.subarray(reader.at) };
}

function frame(correlationId: number, body: Buffer): Buffer {
  const whole = Buffer.allocUnsafe(8 + body.length);
  whole.writeInt32BE(4 + body.length, 0);
  whole.writeInt32BE(correlationId, 4);
  body.copy(whole, 8);
  return whole;
}

const only = <K extends Effect['kind']>(effects: readonly Effect[], kind: K) =>
  effects.filter((one): one is Extract<Effect, { kind: K }> => one.kind === kind);

/** Where an exchange ends before its end. */
function broken(effects: readonly Effect[], lost: 'request' | 'answer'): Answered | undefined {
  if (only(effects, 'reset').some((one) => one.lost === lost)) return { kind: 'reset' };
  return only(effects, 'silence').some((one) => one.lost === lost) ? { kind: 'nothing' } : undefined;
}

const delay = (effects: readonly Effect[], of: 'request' | 'answer'): number =>
  only(effects, 'delay').reduce((sum, one) => sum + (one.of === of ? one.milliseconds : 0), 0);

/** @throws Error where nothing like it is simulated */
export function answerTo(bytes: Buffer, cluster: Cluster, node: Node, faults: Faults): Promise<Answered> {
  const { key, version, correlationId, clientId, body } = readHead(bytes);
  const name = apiOf(key);
  if (!name || apis[name].version !== version) {
    throw new Error(`kafkajs asks for what is not simulated: API ${key}, version ${version}`);
  }
  const asked = { cluster, node, clientId };
  return exchange(name, body, { asked, faults, correlationId });
}

type Around = Readonly<{ asked: Asked; faults: Faults; correlationId: number }>;

async function exchange<N extends ApiName>(name: N, body: Buffer, around: Around): Promise<Answered> {
  const { asked, faults, correlationId } = around;
  const { cluster, node, clientId } = asked;
  const api = apis[name] as unknown as Api<Request<N>, Response<N>>;
  const request = decode(api.request, body);
  const effects = faults.take(name, request, asked);
  const early = delay(effects, 'request');
  if (early > 0) await cluster.timers.pause(early);
  const told = () => `${clientId} → ${node.id} ${name} ${crc32(body).toString(16)}`;
  const lost = broken(effects, 'request');
  if (lost) {
    cluster.trace.add('request', () => `${told()} lost`);
    return lost;
  }
  cluster.trace.arrived({ api: name, clientId, request });
  const refusal = only(effects, 'error')[0];
  const handle = handlers[name] as Handler<N>;
  const response = refusal ? api.refuse(request, errorCode(refusal.error)) : await handle(request, asked);
  const answer = encode(api.response, response);
  cluster.trace.add('request', () => `${told()} = ${crc32(answer).toString(16)}`, {
    api: name,
    node: node.id,
    clientId,
    request,
    response,
  });
  const late = delay(effects, 'answer');
  if (late > 0) await cluster.timers.pause(late);
  const bytes = frame(correlationId, answer);
  const unanswered = broken(effects, 'answer');
  if (unanswered?.kind === 'reset') return { ...unanswered, bytes: bytes.subarray(0, bytes.length / 2) };
  if (unanswered || isSilent(name, request)) return { kind: 'nothing' };
  return { kind: 'answer', bytes, copies: 1 + only(effects, 'duplicate').length };
}

/** Who asks for no acknowledgement gets no answer. */
const isSilent = (name: ApiName, request: object): boolean =>
  name === 'Produce' && 'acks' in request && request.acks === 0;
