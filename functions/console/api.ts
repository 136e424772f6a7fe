/** What the page asks for, as JSON. Reading changes nothing; whatever changes something needs the page's token. */
import { randomBytes } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Redis } from 'ioredis';
import type { Admin } from 'kafkajs';
import { z } from 'zod';
import { isSame } from '../../infra/access/secrets.ts';
import { Mistake, messageOf } from '../../infra/faults.ts';
import { readJson } from '../../infra/json.ts';
import { connectKafka } from '../../infra/kafkajs/kafkaClient.ts';
import { redact } from '../../infra/redact.ts';
import { splitLogin } from '../login.ts';
import { masked } from '../masked.ts';
import { commandNames, stateNames, states, transition } from '../orders/lifecycle.ts';
import { connectRedis } from '../runtime/connection.redis.ts';
import { readSettings, type Settings } from '../settings.ts';
import { loadSchema, placeSchema, tokenKey } from './asks.ts';
import { viewSchema } from './drawnDashboard.ts';
import { safeHeaders } from './headers.ts';
import { browse, browseSchema } from './kafka/browse.ts';
import { describeCluster } from './kafka/cluster.ts';
import { latestDead } from './kafka/dead.ts';
import { systemTopics } from './kafka/systemTopics.ts';
import { labSchema } from './labRequest.ts';
import { labResults, labSamples } from './labResults.elasticsearch.ts';
import { latestOrders } from './orders.kafka.ts';
import { personalPaths } from './personal.ts';
import { ask, Refused } from './requests.redis.ts';
import { replay } from './story/replay.ts';
import { tellStory } from './story/tellStory.ts';

/** `looksOnly`: who asks has come in with the password of the role view. */
type Given = Readonly<{ query: Record<string, string | undefined>; body: unknown; looksOnly: boolean }>;
type World = Readonly<{ settings: Settings; redis: Redis; admin: Admin }>;
type Route = (given: Given, world: World) => Promise<unknown>;

/** Nothing is a secret of anybody's but the page's own: it reads this first and shows it with each change. */
async function token(redis: Redis, { namespace }: Settings): Promise<string> {
  const key = tokenKey(namespace);
  await redis.set(key, randomBytes(32).toString('hex'), 'NX');
  return (await redis.get(key)) ?? '';
}

const orderQuery = z.strictObject({ id: z.uuid('is no order id'), replay: z.literal('true').optional() });
const searchQuery = z.strictObject({ words: z.string().max(200).default('') });
const labQuery = z.strictObject({ run: z.string().min(1).max(100) });
const clusterQuery = z.strictObject({ all: z.literal('true').optional() });

const routes = {
  'GET /api/session': async (_given, { settings, redis }) => ({
    token: await token(redis, settings),
    socket: settings.consoleSocket,
    language: settings.language,
    namespace: settings.namespace,
    links: { inbox: splitLogin(settings.inboxUrl).base, kibana: splitLogin(settings.kibanaUrl).base },
    states: stateNames.map((name) => ({ name, ...states[name] })),
    commands: commandNames.map((name) => {
      const { label, cause, to } = transition(name);
      return { name, label, timed: cause === 'timer', to };
    }),
  }),
  'GET /api/history': (_given, { settings, redis }) => ask(redis, settings, { kind: 'history' }),
  'GET /api/orders': ({ query }, { admin, settings }) => latestOrders(admin, settings, check(searchQuery, query).words),
  'GET /api/order': async ({ query }, { settings }) => {
    const { id, replay: again } = check(orderQuery, query);
    const story = await tellStory(settings, id);
    if (story.records.length === 0 && !story.order) throw new Refused(404, `Nothing is known of an order ${id}.`);
    return { ...story, replay: again ? await replay(story, settings) : null };
  },
  'GET /api/cluster': ({ query, looksOnly }, { admin, settings }) => {
    const { all } = check(clusterQuery, query);
    if (all && looksOnly) throw new Refused(403, 'Topics of others need the password of the role operate.');
    return describeCluster(admin, all ? '' : settings.namespace, looksOnly ? systemTopics(settings) : undefined);
  },
  'GET /api/messages': ({ query, looksOnly }, { admin, settings }) => {
    const asked = check(browseSchema, query);
    if (looksOnly && !systemTopics(settings).includes(asked.topic)) {
      throw new Refused(403, `${asked.topic} is no topic of the system: it needs the password of the role operate.`);
    }
    return browse(admin, settings, asked);
  },
  'GET /api/dead': (_given, { admin, settings }) => latestDead(admin, settings),
  'POST /api/dead/redrive': ({ body }, { redis, settings }) =>
    ask(redis, settings, { kind: 'redrive', place: check(placeSchema, body) }),
  'GET /api/dashboard': ({ query }, { redis, settings }) => {
    const { dashboard, language, minutes, ...filters } = query;
    const view = check(viewSchema, { dashboard, language, minutes: Number(minutes), filters });
    return ask(redis, settings, { kind: 'draw dashboard', view });
  },
  'GET /api/lab': (_given, { settings }) => labResults(settings),
  'GET /api/lab/run': ({ query }, { settings }) => labSamples(settings, check(labQuery, query).run),
  'POST /api/lab': ({ body }, { redis, settings }) =>
    ask(redis, settings, { kind: 'start lab', lab: check(labSchema, body) }),
  'DELETE /api/lab': (_given, { redis, settings }) => ask(redis, settings, { kind: 'stop lab' }),
  'POST /api/load': ({ body }, { redis, settings }) =>
    ask(redis, settings, { kind: 'start load', load: check(loadSchema, body) }),
  'DELETE /api/load': (_given, { redis, settings }) => ask(redis, settings, { kind: 'stop load' }),
} satisfies Record<string, Route>;

/** What the page gets from each route. */
export type Answers = { [R in keyof typeof routes]: Awaited<ReturnType<(typeof routes)[R]>> };

/** Told with a mask for what is personal, unless it is asked for by who may. */
function tellsOfPersons(name: string): boolean {
  const [method, path] = name.split(' ');
  return method === 'GET' && personalPaths.some((one) => one === path);
}

const isRoute = (name: string): name is keyof Answers => Object.hasOwn(routes, name);

/** @throws Refused that names what is wrong with the input */
function check<T>(schema: z.ZodType<T>, input: unknown): T {
  const read = schema.safeParse(input);
  if (read.success) return read.data;
  throw new Refused(
    400,
    read.error.issues.map(({ path, message }) => `${path.join('.')} ${message}`.trim()).join('; '),
  );
}

function readBody({ body, isBase64Encoded }: APIGatewayProxyEventV2): unknown {
  if (!body) return undefined;
  const json = readJson(isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body);
  if (json === undefined) throw new Refused(400, 'The body is not JSON.');
  return json;
}

let made: World | undefined;

async function world(): Promise<World> {
  if (made) return made;
  const settings = readSettings();
  const admin = connectKafka(settings, 'despacho-console', 'answersSoon').admin();
  await admin.connect();
  made = { settings, redis: connectRedis(settings), admin };
  return made;
}

/** Ends what the handler has opened, for a process that is more than its host. */
export async function disconnect(): Promise<void> {
  made?.redis.disconnect();
  await made?.admin.disconnect();
  made = undefined;
}

async function answer(event: APIGatewayProxyEventV2): Promise<unknown> {
  const { headers, rawPath, queryStringParameters } = event;
  const { personal, ...query } = queryStringParameters ?? {};
  const { method } = event.requestContext.http;
  const name = `${method} ${rawPath}`;
  if (!isRoute(name)) throw new Refused(404, `There is no ${name}.`);
  const all = await world();
  if (method !== 'GET' && !isSame(headers['x-despacho-token'] ?? '', await token(all.redis, all.settings))) {
    throw new Refused(403, 'The token is missing or old: reload the page.');
  }
  // Told by the door, which lets nobody tell it himself.
  const looksOnly = headers['x-despacho-role'] === 'view';
  if (personal && looksOnly) {
    throw new Refused(403, 'Personal data needs the password of the role operate.');
  }
  const told = await routes[name]({ query, looksOnly, body: readBody(event) }, all);
  return tellsOfPersons(name) && personal !== 'true' ? masked(told) : told;
}

/** A setting or a file that is wrong is no mistake of who asks. */
const statusOf = (error: unknown): number =>
  error instanceof Refused ? error.status : error instanceof Mistake && error.kind === 'request' ? 400 : 502;

/**
 * Answers `/api/…` with JSON: what the route gives, or `{ error }` with secrets taken out. The status of an error is
 * that of `Refused`, 400 for a mistake in the request, or 502 for whatever else failed; only a 502 is logged.
 * @throws Error when the settings are wrong: `safeHeaders` needs them
 */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const headers = { ...safeHeaders(readSettings()), 'content-type': 'application/json', 'cache-control': 'no-store' };
  try {
    return { statusCode: 200, headers, body: JSON.stringify((await answer(event)) ?? null) };
  } catch (error) {
    const statusCode = statusOf(error);
    const message = redact(messageOf(error));
    if (statusCode === 502) console.error(`api: ${event.rawPath}: ${message}`);
    return { statusCode, headers, body: JSON.stringify({ error: message }) };
  }
}
