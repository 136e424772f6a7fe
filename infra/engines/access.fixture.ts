/** How a stranger asks, and where somebody listens. */
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { readSettings } from '../../functions/settings.ts';
import { connectKafka, withAdmin } from '../kafkajs/kafkaClient.ts';

/** What Kafka tells somebody who says this of himself. */
export const askKafka = (environment: Readonly<Record<string, string | undefined>>, home?: string) =>
  withAdmin(connectKafka(readSettings(environment, home), 'test', 'once'), (admin) => admin.listTopics());

/** A question that brokers and controllers answer: who the nodes of the cluster are. By its length, key, version, number and form. */
export const whoIsThere = (controllers: boolean) =>
  Buffer.from([0, 0, 0, 14, 0, 60, 0, 1, 0, 0, 0, 1, 0xff, 0xff, 0, 0, controllers ? 2 : 1, 0]);

/** Resolves with nothing where the connection ends without an answer. */
export async function answerTo(question: Buffer, port: number): Promise<string> {
  const stranger = connect(port, '127.0.0.1');
  stranger.on('error', () => undefined).write(question);
  const answered = once(stranger, 'data').then(([answer]) => String(answer));
  return Promise.race([answered, once(stranger, 'close').then(() => '')]).finally(() => stranger.destroy());
}

/** Of this process, by the kernel's tables. */
export function listeningPorts(pid: number): string[] {
  const folder = `/proc/${pid}/fd`;
  const sockets = new Set(readdirSync(folder).map((fd) => readlinkSync(join(folder, fd))));
  const rows = ['tcp', 'tcp6'].flatMap((table) => readFileSync(`/proc/net/${table}`, 'latin1').split('\n'));
  return rows
    .map((row) => row.trim().split(/\s+/))
    .filter((row) => row[3] === '0A' && sockets.has(`socket:[${row[9]}]`))
    .map(([, local = '']) => String(Number.parseInt(local.split(':').at(-1) ?? '', 16)));
}
