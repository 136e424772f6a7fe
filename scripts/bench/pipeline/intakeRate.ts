/**
 * How many orders the gateway takes, each answered after Kafka has stored it: one call per order, and by stream; and a bare
 * server of the same. Each runs in a process of its own; the client is this process.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:http2';
import { fileURLToPath } from 'node:url';
import { ChannelCredentials } from '@grpc/grpc-js';
import { build as buildHistogram, type Histogram } from 'hdr-histogram-js';
import { createTopics } from '../../../functions/orders/topics.kafka.ts';
import { readSettings } from '../../../functions/settings.ts';
import { systemClock } from '../../../infra/clock.ts';
import { removeNamespace } from '../../../infra/system/namespace.ts';
import {
  OrderServiceClient,
  OrderServiceService,
  PlaceOrderRequest,
} from '../../../proto/gen/despacho/orders/v1/orders.ts';
import { syntheticOrder } from '../../load/payloads.ts';

/** One measurement in which no order was refused. */
export type Intake = Readonly<{
  perSecond: number;
  /** From the request to its answer, at full load. */
  p50Milliseconds: number;
  p99Milliseconds: number;
  /** Of the gateway's process. */
  cpuSecondsPer1000: number;
  residentMegabytes: number;
}>;

type Usage = { cpuSeconds: number; residentMegabytes: number };
type Load = Readonly<{ orders: number; open: number }>;
type Gateway = Readonly<{ address: string }>;

/** Another order each time, with a key of its own, as a client's that may have to repeat it. */
const request = (key: string, number: number): PlaceOrderRequest => ({
  details: syntheticOrder(1, number),
  idempotencyKey: `${key}-${number}`,
  run: { id: 'bench', distribution: '', clock: 0 },
});

/** The client shares the processors with the gateway: it keeps no copies for retries, and no counts, that nobody asks for. */
const options = { 'grpc.enable_retries': 0, 'grpc.enable_channelz': 0 };

/** What takes the orders: a module beside this one. */
const servers = { gateway: 'gateway.ts', bare: 'bareGateway.ts' } as const;

/** The topics of the environment's settings must be there. */
async function startProcess(server: keyof typeof servers, env: NodeJS.ProcessEnv) {
  const child = fork(fileURLToPath(new URL(servers[server], import.meta.url)), { env });
  const [port]: number[] = await once(child, 'message');
  return {
    address: `127.0.0.1:${port}`,
    async usage(): Promise<Usage> {
      child.send('usage');
      const [usage] = await once(child, 'message');
      return usage;
    },
    async stop() {
      child.send('stop');
      await once(child, 'exit');
    },
  };
}

/** A gRPC message: no compression, its length, then the protobuf. */
function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/**
 * Keeps `open` calls under way. They are plain HTTP/2: a client of grpc-js needs more of the processors, which it shares
 * with the gateway, than the gateway itself.
 */
async function unary({ address }: Gateway, { orders, open }: Load, latency: Histogram): Promise<number> {
  const session = connect(`http://${address}`);
  const { path } = OrderServiceService.placeOrder;
  const headers = { ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' };
  let [sent, failed] = [0, 0];
  const key = systemClock.uuid();
  const place = (number: number) =>
    new Promise<void>((resolve) => {
      const start = systemClock.monotonic();
      let status = 'none';
      const call = session.request(headers);
      call.once('trailers', (trailers) => {
        status = String(trailers['grpc-status']);
      });
      call.once('close', () => {
        if (status !== '0') failed++;
        else latency.recordValue(Math.round((systemClock.monotonic() - start) * 1000));
        resolve();
      });
      call.resume().end(framed(PlaceOrderRequest.encode(request(key, number)).finish()));
    });
  const worker = async () => {
    while (sent < orders) await place(sent++);
  };
  await Promise.all(Array.from({ length: open }, worker));
  session.close();
  return failed;
}

/** Writes as fast as the gateway's flow control lets it, with at most `open` unanswered. */
async function stream({ address }: Gateway, { orders, open }: Load, latency: Histogram): Promise<number> {
  const client = new OrderServiceClient(address, ChannelCredentials.createInsecure(), options);
  const call = client.placeOrders();
  const sentAt = new Float64Array(orders);
  const key = systemClock.uuid();
  let [sent, answered, failed] = [0, 0, 0];
  const write = () => {
    while (sent < orders && sent - answered < open && !call.writableNeedDrain) {
      sentAt[sent] = systemClock.monotonic();
      call.write({ reference: sent, order: request(key, sent++) });
    }
    if (sent === orders) call.end();
  };
  call.on('drain', write);
  call.on('data', ({ reference, error }: { reference: number; error?: object }) => {
    answered++;
    if (error) failed++;
    else latency.recordValue(Math.round((systemClock.monotonic() - (sentAt[reference] ?? 0)) * 1000));
    if (sent < orders) write();
  });
  write();
  await once(call, 'end');
  client.close();
  return failed;
}

const ways = { unary, stream } as const;
/** A call for each order, or all on one stream. */
export type Way = keyof typeof ways;

/** How many are placed in one measurement, and how many of them are under way. */
export const loads = { unary: { orders: 30_000, open: 500 }, stream: { orders: 60_000, open: 5000 } } as const;
/** Placed before, unmeasured. */
const warmUpOrders = 10_000;

async function measure(way: Way, server: keyof typeof servers, environment: NodeJS.ProcessEnv): Promise<Intake> {
  const { orders, open } = loads[way];
  const child = await startProcess(server, environment);
  await ways[way](child, { open, orders: warmUpOrders }, buildHistogram());
  const latency = buildHistogram();
  const before = await child.usage();
  const start = systemClock.monotonic();
  const failed = await ways[way](child, { open, orders }, latency);
  const seconds = (systemClock.monotonic() - start) / 1000;
  const after = await child.usage();
  await child.stop();
  if (failed > 0) throw new Error(`The row does not count: ${failed} of ${orders} orders were refused`);
  return {
    perSecond: orders / seconds,
    p50Milliseconds: latency.getValueAtPercentile(50) / 1000,
    p99Milliseconds: latency.getValueAtPercentile(99) / 1000,
    cpuSecondsPer1000: ((after.cpuSeconds - before.cpuSeconds) / orders) * 1000,
    residentMegabytes: after.residentMegabytes,
  };
}

/** The gateway in one run, and the bare server right before it. */
export type IntakePair = Readonly<Record<keyof typeof servers, Intake>>;

/** Nothing reads what they store; in a namespace of its own, which is removed afterwards. */
export async function measureIntake(way: Way): Promise<IntakePair> {
  const environment = { ...process.env, DESPACHO_NAMESPACE: `bench-${systemClock.uuid().slice(0, 8)}.` };
  const settings = readSettings(environment);
  await createTopics(settings);
  try {
    const bare = await measure(way, 'bare', environment);
    return { bare, gateway: await measure(way, 'gateway', environment) };
  } finally {
    await removeNamespace(settings);
  }
}
