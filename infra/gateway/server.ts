/** The gRPC gateway: where orders come in. It starts and stops its parts here, and nowhere else. */
import { setMaxListeners } from 'node:events';
import type { Socket } from 'node:net';
import { Server, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';
import { redisOrders } from '../../functions/orders/orders.redis.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import type { Settings } from '../../functions/settings.ts';
import { OrderServiceService } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { PedidosService } from '../../proto/gen/pedidos.ts';
import { isLoopback } from '../access/loopback.ts';
import { splitHostPort } from '../access/splitHostPort.ts';
import { type Clock, systemClock, within } from '../clock.ts';
import { admitted, type Known } from './admitted.ts';
import type { Role } from './caller.ts';
import { Callers } from './callers.ts';
import { readable } from './calls.ts';
import { Connections } from './connections.ts';
import { credentialsFor } from './credentials.ts';
import { Events } from './events.ts';
import { Intake } from './intake.ts';
import { listen } from './listen.ts';
import { orderSecret } from './orderSecret.ts';
import { orderService, type Parts } from './orders.ts';
import { pedidos } from './pedidos.ts';
import { addReflection } from './reflection.ts';
import { kafkaSender } from './sender.ts';
import { Strangers } from './strangers.ts';
import { Watches } from './watches.ts';

/** A gateway that serves; `drain` lets calls end for so many ms, and cuts the rest. */
export type Gateway = Readonly<{
  port: number;
  /** Takes no new call, ends the accepted ones, and closes its connections, in `milliseconds` at most. */
  drain(milliseconds: number): Promise<void>;
}>;

/** `idle` is 60,000 ms unless given; `age` is the setting's, and endless on this machine. */
type GatewayOptions = Readonly<{
  settings: Settings;
  /** Host and port; port 0 takes a free one. Default: the setting. */
  address?: string;
  /** ms after which a connection without a call is closed. */
  idle?: number;
  /** ms after which a connection takes no further call; those under way have as long again. */
  age?: number;
  /** Default: the machine's. */
  clock?: Clock;
  log(line: string): void;
}>;

/** One of these lets a caller use a method. */
const rolesOf = (method: string): readonly Role[] =>
  (({ getOrder: ['read', 'operate'], watchOrder: ['read', 'operate'], cancelOrder: ['place', 'operate'] }) as const)[
    method
  ] ?? ['place'];

const serviceNames = ['', 'Pedidos', 'despacho.orders.v1.OrderService'];

/** @param idle ms after which a connection without a call is closed @param age ms after which one takes no further call */
const limitsOf = (idle: number, age: number) => ({
  // The largest valid order takes less than 8 KiB.
  'grpc.max_receive_message_length': 64 * 1024,
  'grpc.max_concurrent_streams': 20_000,
  // Who has nothing to say holds no descriptor: Kafka, Redis and Elasticsearch need them too.
  'grpc.max_connection_idle_ms': idle,
  'grpc.keepalive_time_ms': idle / 2,
  'grpc.keepalive_timeout_ms': idle / 4,
  // So nobody holds one for ever, or goes on behind a certificate that is no more; a client makes another by itself.
  ...(Number.isFinite(age) && { 'grpc.max_connection_age_ms': age, 'grpc.max_connection_age_grace_ms': age }),
  // Nobody asks for it, and each call is counted for it.
  'grpc.enable_channelz': 0,
});

/** On this machine a connection may be as old as the gateway: a watch over it is cut by nothing. */
const ageAt = (address: string, { grpcConnectionAge }: Settings): number =>
  isLoopback(splitHostPort(address).host) ? Number.POSITIVE_INFINITY : grpcConnectionAge * 1000;

/** Each service for whoever may call it; how well the gateway is, for everybody. */
async function addServices(server: Server, parts: Parts, known: Known): Promise<HealthImplementation> {
  const addFor = (role: Role, service: ServiceDefinition, handlers: UntypedServiceImplementation) =>
    server.addService(
      service,
      admitted(handlers, known, () => [role]),
    );
  addFor('place', readable(PedidosService), pedidos(parts));
  server.addService(readable(OrderServiceService), admitted(orderService(parts), known, rolesOf));
  await addReflection({ addService: (service, handlers) => addFor('load', service, handlers) });
  const health = new HealthImplementation(Object.fromEntries(serviceNames.map((name) => [name, 'SERVING'])));
  health.addToServer(server);
  return health;
}

/** Of each connection, before anything is said over it. */
const meeting = ({ strangers, connections }: Known) => {
  return (socket: Socket): void => {
    strangers.meet(socket);
    connections.meet(socket);
  };
};

/** @throws Trouble that says what to do when the address cannot be listened on */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const { settings, address = settings.grpcAddress, idle = 60_000, clock = systemClock, log } = options;
  const callers = new Callers(settings.grpcCallers, { clock, log });
  const known = { callers, strangers: new Strangers(settings), connections: new Connections() };
  const { credentials, close: closeCredentials } = credentialsFor(address, settings, { clock, log });
  const secret = orderSecret(settings);
  const redis = connectRedis(settings);
  const orders = redisOrders(redis, settings, clock);
  const intake = new Intake(kafkaSender(settings), log, clock);
  const events = new Events(settings, clock);
  const watches = new Watches(orders, clock);
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);

  const server = new Server(limitsOf(idle, options.age ?? ageAt(address, settings)));
  const parts = { settings, secret, callers, intake, orders, watches, events, stopping: stopping.signal, clock, log };
  const health = await addServices(server, parts, known);

  const closeParts = async () => {
    callers.close();
    closeCredentials();
    await Promise.allSettled([intake.close(), events.close()]);
    redis.disconnect();
  };
  const { port, close } = await listen(server, address, credentials, { meet: meeting(known) }).catch(async (error) => {
    await closeParts();
    throw error;
  });
  return {
    port,
    async drain(milliseconds) {
      close();
      for (const name of serviceNames) health.setStatus(name, 'NOT_SERVING');
      watches.stop();
      stopping.abort();
      await shutDown(server, milliseconds, clock);
      await within(clock, 1000, closeParts());
    },
  };
}

/** Lets the calls end by themselves, and cuts those that take longer. */
async function shutDown(server: Server, milliseconds: number, clock: Clock): Promise<void> {
  await within(clock, milliseconds, new Promise<void>((resolve) => server.tryShutdown(() => resolve())));
  server.forceShutdown();
}
