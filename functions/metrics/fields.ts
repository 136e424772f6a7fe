/**
 * The one table of every field that a metric document can have. The Elasticsearch templates are made from it,
 * the documents are typed by it, and the dashboards are checked against it.
 * `ECS` and `OpenTelemetry` name the standard that defines a field; the rest are the project's own.
 * No field holds an e-mail or street address.
 */
import { namesOf } from '../../infra/namesOf.ts';

type ElasticsearchType = 'date' | 'keyword' | 'long' | 'integer' | 'double' | 'boolean';
type Origin = 'ECS' | 'OpenTelemetry' | 'despacho';
type Field<T extends ElasticsearchType = ElasticsearchType> = Readonly<{ type: T; origin: Origin; about: string }>;

/** Keeps its type in sight of the compiler: documents and dashboards are checked against it. */
const field = <T extends ElasticsearchType>(type: T, origin: Origin, about: string): Field<T> => ({
  type,
  origin,
  about,
});

const everywhere = {
  '@timestamp': field('date', 'ECS', 'when it happened'),
  'event.dataset': field('keyword', 'ECS', 'which of the indices below'),
  'event.duration': field(
    'long',
    'ECS',
    'nanoseconds; of a transition, since the one before it; of an invocation, until it publishes',
  ),
  'event.outcome': field('keyword', 'ECS', 'success or failure'),
  'service.name': field('keyword', 'ECS', 'despacho'),
  'trace.id': field('keyword', 'ECS', 'of the order; of an invocation, its own'),
} as const;

const run = {
  'despacho.run': field('keyword', 'despacho', 'the load run that the order belongs to'),
  'despacho.distribution': field('keyword', 'despacho', "the load run's distribution"),
} as const;

const step = {
  'despacho.order.id': field('keyword', 'despacho', ''),
  'despacho.order.version': field('integer', 'despacho', 'counts the transitions of the order, from 1'),
  'despacho.order.command': field('keyword', 'despacho', 'the function that made the transition'),
  'despacho.order.from': field('keyword', 'despacho', 'state before; none for a new order'),
  'despacho.order.to': field('keyword', 'despacho', 'state after'),
} as const;

/** Fields by index, named without the namespace. `about` tells the unit. Elasticsearch refuses any other field. */
export const indices = {
  'despacho-transitions': {
    ...everywhere,
    ...run,
    ...step,
    'despacho.order.transition': field('keyword', 'despacho', 'from→to, for drawing'),
    'despacho.order.region': field('keyword', 'despacho', 'where it is sent'),
    'despacho.order.gateway': field('keyword', 'despacho', 'payment gateway'),
    'despacho.order.card_brand': field('keyword', 'despacho', ''),
    'despacho.order.bank': field('keyword', 'despacho', ''),
    'despacho.order.product': field('keyword', 'despacho', ''),
    'despacho.order.price': field('double', 'despacho', ''),
    'despacho.timer.lateness': field('double', 'despacho', 'ms from the due time to the firing of its timer'),
    'despacho.timer.drift': field('double', 'despacho', 'ms from the due time to the transition'),
    'despacho.consume.delay': field('double', 'despacho', 'ms from produce to consume'),
    'despacho.delivery.estimated': field(
      'double',
      'despacho',
      "seconds of the order's own clock, as told the customer",
    ),
    'despacho.delivery.real': field('double', 'despacho', "seconds of the order's own clock, from order to delivery"),
    'despacho.delivery.error': field('double', 'despacho', 'real − estimated: positive is late'),
  },
  'despacho-invocations': {
    ...everywhere,
    'faas.name': field('keyword', 'ECS', 'the function'),
    'faas.coldstart': field('boolean', 'ECS', 'first invocation of its worker'),
    'faas.execution': field('keyword', 'ECS', 'the request id'),
    'faas.trigger.type': field('keyword', 'ECS', 'pubsub'),
    'messaging.destination.name': field('keyword', 'OpenTelemetry', 'topic'),
    'messaging.batch.message_count': field('integer', 'OpenTelemetry', 'records in the batch'),
    'despacho.kafka.partition': field('integer', 'despacho', 'every partition in the batch'),
    'despacho.kafka.offset.first': field('long', 'despacho', 'lowest offset of each of these partitions'),
    'despacho.kafka.offset.last': field('long', 'despacho', 'highest offset of each of these partitions'),
    'despacho.retries': field('integer', 'despacho', 'deliveries of these records before this one'),
    'despacho.batch.applied': field('integer', 'despacho', 'records that changed something'),
    'despacho.batch.repeated': field('integer', 'despacho', 'records that had been applied before'),
    'despacho.batch.ignored': field('integer', 'despacho', 'records that came too late or were refused'),
    'despacho.batch.failed': field('integer', 'despacho', 'records to be retried'),
    'despacho.batch.dead': field('integer', 'despacho', 'records put into the dead-letter topic'),
    'despacho.consume.delay': field('double', 'despacho', 'ms from produce to consume, of the oldest record'),
    'despacho.orders.per_minute': field('integer', 'despacho', 'orders that came in over the last 60 s'),
    'error.type': field('keyword', 'ECS', 'class and codes of the error that failed the invocation'),
    'process.pid': field('long', 'ECS', ''),
  },
  'despacho-emails': {
    ...everywhere,
    ...run,
    ...step,
    'despacho.email.delay': field('double', 'despacho', 'ms from the transition to the taking by the mail server'),
    'despacho.email.language': field('keyword', 'despacho', 'es or en'),
  },
  'despacho-lag': {
    '@timestamp': field('date', 'ECS', 'when Kafka was asked, every few seconds'),
    'event.dataset': everywhere['event.dataset'],
    'service.name': everywhere['service.name'],
    'faas.name': field('keyword', 'ECS', 'the function that the consumer group feeds'),
    'messaging.destination.name': field('keyword', 'OpenTelemetry', 'topic'),
    'messaging.consumer.group.name': field('keyword', 'OpenTelemetry', ''),
    'despacho.kafka.lag': field('long', 'despacho', 'records of all partitions that wait for the function'),
  },
  'despacho-load': {
    '@timestamp': field('date', 'ECS', 'the second of the load that the document tells'),
    'event.dataset': everywhere['event.dataset'],
    'service.name': everywhere['service.name'],
    ...run,
    'despacho.load.planned': field('integer', 'despacho', 'orders that the plan has in this second: the offered load'),
    'despacho.load.sent': field('integer', 'despacho', 'orders sent in this second'),
    'despacho.load.acknowledged': field('integer', 'despacho', 'orders that the gateway took, by when it said so'),
    'despacho.load.failed': field('integer', 'despacho', 'orders that it refused, by when it said so'),
  },
  'despacho-lab': {
    ...everywhere,
    'despacho.run': field('keyword', 'despacho', 'the run of the message lab'),
    'despacho.lab.kind': field('keyword', 'despacho', 'rate or process, once a second; result, once a run'),
    'despacho.lab.message': field('keyword', 'despacho', 'counter or posts'),
    'despacho.lab.target': field('keyword', 'despacho', "a row of the lab's table of targets"),
    'despacho.lab.pace': field('keyword', 'despacho', 'backlog: produced first, then consumed; live: both at once'),
    'despacho.lab.durability': field('keyword', 'despacho', 'disk or lazy'),
    'despacho.lab.phase': field('keyword', 'despacho', 'rest, produce, consume or live'),
    'despacho.lab.second': field('double', 'despacho', "seconds from the run's start"),
    'despacho.lab.count': field('long', 'despacho', 'messages of the run'),
    'despacho.lab.produced_per_second': field('double', 'despacho', 'over the last second; of a result, over the run'),
    'despacho.lab.consumed_per_second': field('double', 'despacho', 'over the last second; of a result, over the run'),
    'despacho.lab.lag': field('long', 'despacho', 'messages produced and not yet consumed'),
    'despacho.lab.cpu': field('double', 'despacho', 'cores in use over the last second'),
    'despacho.lab.memory': field('double', 'despacho', 'MiB resident'),
    'despacho.lab.cpu_per_1000': field('double', 'despacho', 'CPU seconds per 1,000 messages, of all processes'),
    'despacho.lab.bytes_per_message': field('double', 'despacho', 'on disk in the store'),
    'despacho.lab.exact': field('boolean', 'despacho', 'whether the target got exactly what was produced'),
    'process.name': field('keyword', 'ECS', 'an engine, or the producer, consumer or screen of the lab'),
  },
} as const satisfies Record<string, Record<string, Field>>;

/** Without the namespace, which is put before it in Elasticsearch. */
export type Index = keyof typeof indices;
/** In the table's order, without the namespace; each has one template and one data view. */
export const indexNames = namesOf(indices);

type Value<T extends ElasticsearchType> = T extends 'date' | 'keyword'
  ? string
  : T extends 'boolean'
    ? boolean
    : number | readonly number[];

/** A document of `index`: flat field names, and only those of the table. */
export type Body<I extends Index> = {
  readonly [F in keyof (typeof indices)[I]]?: (typeof indices)[I][F] extends { type: infer T extends ElasticsearchType }
    ? Value<T> | undefined
    : never;
};
