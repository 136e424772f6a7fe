import { connect, isIP, type Socket } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import type { ISocketFactory, KafkaConfig } from 'kafkajs';

/** Milliseconds of silence after which a connection is probed, as in kafkajs. */
const keepAliveAfter = 60_000;

/** @param ssl what kafkajs was told of TLS, if it was; an IP address is no name that TLS could ask for */
const connected: ISocketFactory = ({ host, port, ssl, onConnect }) => {
  const named = isIP(host) ? {} : { servername: host };
  const socket = ssl
    ? connectSecurely({ host, port, ...named, ...ssl }, onConnect)
    : connect({ host, port }, onConnect);
  return socket.setKeepAlive(true, keepAliveAfter);
};

/**
 * Connections that all end at once, and none is made any more. kafkajs itself cannot be told to end: it goes on trying
 * to connect, and waits for answers that nobody gives any more.
 * @param end aborted to end them
 */
export function endingConnections(
  brokers: readonly string[],
  end: AbortSignal,
  connecting: ISocketFactory = connected,
): Required<Pick<KafkaConfig, 'brokers' | 'socketFactory'>> {
  const open = new Set<Socket>();
  const ended = () => new Error('the dispatcher has ended');
  end.addEventListener('abort', () => {
    for (const socket of open) socket.destroy(ended());
  });
  return {
    // kafkajs does not try again where there is no broker.
    brokers: () => (end.aborted ? [] : [...brokers]),
    socketFactory(options) {
      const socket = connecting(options);
      if (end.aborted) socket.destroy(ended());
      open.add(socket);
      return socket.once('close', () => open.delete(socket));
    },
  };
}
