/** A dispatcher in the test's own process, and a function that tells the test, another thread, what it was given. */
import { brokers, kafkaLogin } from '../../kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../../ownFolder.fixture.ts';
import { planOf } from '../config/mapping.ts';
import { type Dispatcher, startDispatcher } from '../dispatcher.ts';

/** A record's value, and the names of its headers. */
export type Told = [value: string, headers: string[]];
type Telling = Readonly<{
  dispatcher: Dispatcher;
  /** Has this called with the records of each call, instead of what was to be called before. */
  hear(listener: (records: readonly Told[]) => void): void;
  end(): Promise<void>;
}>;

const handlerOf = (topic: string) => `
const told = new BroadcastChannel('${topic}');
export const handler = ({ records }) =>
  told.postMessage(Object.values(records).flat().map(({ value, headers }) =>
    [Buffer.from(value, 'base64').toString(), headers.map((one) => Object.keys(one)[0])]));
`;

/** @param service its name @param write called with each line of the log */
export async function startTelling(service: string, topic: string, write: (line: string) => void): Promise<Telling> {
  const folder = ownFolder({ 'telling.mjs': handlerOf(topic) });
  const event = { topic, bootstrapServers: brokers, maximumBatchingWindow: 0, startingPosition: 'TRIM_HORIZON' };
  const provider = { name: 'aws', runtime: 'nodejs24.x' };
  const functions = { telling: { handler: 'telling.handler', events: [{ kafka: event }] } };
  const plan = planOf({ service, provider, functions }, folder);
  const log = { info: write, warn: write, error: write };
  const told = new BroadcastChannel(topic);
  const dispatcher = await startDispatcher({ ...plan, brokers, access: kafkaLogin, log });
  return {
    dispatcher,
    hear(listener) {
      told.onmessage = ({ data }) => listener(data);
    },
    async end() {
      told.close();
      await dispatcher.drain(0);
    },
  };
}
