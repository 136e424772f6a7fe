/**
 * The least that walks orders through five states on this machine's Kafka and Redis: what the pipeline is measured by. For
 * each batch one call to Redis and one produce of the events and the next commands; published kafkajs, no checks, no
 * history, no timers, no e-mails, no documents, no retries.
 */
import '../../../infra/withParent.ts';
import { Redis } from 'ioredis';
import { Kafka, logLevel, type Message, Partitioners } from 'kafkajs';
import { readSettings } from '../../../functions/settings.ts';
import { systemClock } from '../../../infra/clock.ts';
import { loginOptions } from '../../../infra/kafkajs/kafkaLogin.ts';

const { kafkaBrokers, access, redisUrl, namespace } = readSettings();
const states = ['processing', 'preparing', 'shipped', 'delivered', 'completed'];
const mostAtOnce = 2000;
const move = `for i = 1, #KEYS do redis.call('HSET', KEYS[i], 'state', ARGV[1], 'at', ARGV[2]) end`;

const kafka = new Kafka({ ...loginOptions(access.kafka), brokers: [...kafkaBrokers], logLevel: logLevel.NOTHING });
const redis = new Redis(redisUrl);
const producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });

async function step(index: number, state: string, messages: readonly Message[]): Promise<void> {
  const at = systemClock.now();
  const orders = messages.map(({ value }) => JSON.parse(String(value)));
  const keys = orders.map(({ orderId }) => `${namespace}order:${orderId}`);
  await redis.eval(move, keys.length, ...keys, state, at);
  const events = orders.map((order) => ({ key: order.orderId, value: JSON.stringify({ ...order, state, at }) }));
  const commands = messages.map(({ key, value }) => ({ key: key ?? null, value }));
  const next = index + 1 < states.length ? [{ topic: `${namespace}${index + 1}`, messages: commands }] : [];
  await producer.sendBatch({ topicMessages: [{ topic: `${namespace}events`, messages: events }, ...next] });
  if (next.length === 0) process.send?.(orders.length);
}

async function consume(state: string, index: number): Promise<void> {
  const consumer = kafka.consumer({ groupId: `${namespace}${index}`, maxWaitTimeInMs: 20 });
  await consumer.connect();
  await consumer.subscribe({ topic: `${namespace}${index}`, fromBeginning: true });
  const joined = new Promise((resolve) => consumer.on(consumer.events.GROUP_JOIN, resolve));
  await consumer.run({
    partitionsConsumedConcurrently: 4,
    async eachBatch({ batch: { messages }, heartbeat }) {
      for (let first = 0; first < messages.length; first += mostAtOnce) {
        await step(index, state, messages.slice(first, first + mostAtOnce));
        await heartbeat();
      }
    },
  });
  await joined;
}

await producer.connect();
await Promise.all(states.map(consume));
process.send?.(0);
