/** Showing and saving without a measurement: until somebody ends it. */
import { once } from 'node:events';
import type { KindName } from '../../functions/messages/message.ts';
import { type TargetName, targets } from '../../functions/messages/targets.ts';
import { readSettings } from '../../functions/settings.ts';
import { systemClock } from '../../infra/clock.ts';
import { bringUpEngines } from './engines.ts';
import type { Options } from './options.ts';
import { end, LabChild, type RunEnvironment } from './processes/child.ts';
import { lines, viewInTerminal } from './screen/terminal.ts';
import { makeTopics } from './topics.ts';

type Watching = Readonly<{ kind: KindName; options: Options; signal: AbortSignal }>;

/** The group keeps its place: what came while nobody consumed is consumed first. */
async function startConsumer(kind: KindName, target: TargetName, environment: RunEnvironment): Promise<LabChild> {
  const settings = readSettings({ ...process.env, ...environment });
  const consumer = new LabChild('consumer', environment, console.error);
  const group = targets[target].function;
  consumer.tell({ kind: 'consume', options: { kind, target, group, place: settings }, count: undefined });
  await consumer.hear('ready');
  return consumer;
}

/** Shows messages as they come, here and on a page. */
export async function show({ kind, options, signal }: Watching): Promise<void> {
  const { environment } = await bringUpEngines('show', options.durability, console.error);
  await makeTopics(kind, readSettings({ ...process.env, ...environment }));
  const screen = new LabChild('screen', environment, console.error);
  try {
    screen.tell({ kind: 'screen', messages: kind, group: targets.show.function, port: options.port });
    const { address = '' } = await screen.hear('ready');
    console.error(`The page: ${address}   Ctrl-C ends it.`);
    const consumer = await startConsumer(kind, 'show', { ...environment, LAB_SCREEN_URL: address });
    await viewInTerminal(address, process.stdout, lines(options.language), signal);
    await end(consumer);
  } finally {
    await end(screen);
  }
}

/** Keeps messages in a store as they come. */
export async function save(target: TargetName, { kind, options, signal }: Watching): Promise<void> {
  const { environment } = await bringUpEngines(target, options.durability, console.error);
  await makeTopics(kind, readSettings({ ...process.env, ...environment }));
  const consumer = await startConsumer(kind, target, environment);
  console.error(`Saving ${kind} in ${targets[target].title.en}.   Ctrl-C ends it.`);
  let last = 0;
  const telling = systemClock.every(1000, () => {
    if (consumer.messages !== last)
      console.log(`${consumer.messages} messages, ${consumer.messages - last} in the last second`);
    last = consumer.messages;
  });
  await Promise.race([once(signal, 'abort'), consumer.failure]);
  telling.cancel();
  await end(consumer);
}
