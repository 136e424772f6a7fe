/** The smallest project that has a function on Kafka, in a folder of its own that goes with the test. */
import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { entryOf } from '../../infra/dispatcher/config/entry.ts';
import { kafkaLogin } from '../../infra/kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../../infra/ownFolder.fixture.ts';
import { root } from '../system/service.ts';

/** Prints what it gets. What is `slow` takes a while, and what is `stuck` takes longer than anybody waits. */
const handler = `export const handler = async (event) => {
  for (const { value } of Object.values(event.records).flat()) {
    const text = Buffer.from(value, 'base64').toString();
    console.log('begins ' + text);
    if (text !== 'quick') await new Promise((resolve) => setTimeout(resolve, text === 'slow' ? 2000 : 100_000));
    console.log('ends ' + text);
  }
};
`;

export type Tiny = Readonly<{ folder: string; config: string }>;

/** What Node is given to run the dispatcher's host of it, with probes at any port. */
export const hostArguments = ({ folder, config }: Tiny, ...flags: string[]): string[] => [
  join(root, 'infra/dispatcher/host.ts'),
  ...['--directory', folder, '--config', config, '--probes', '0', ...flags],
];

/** @param broker host:port; @param event further settings of the function's trigger; @param login how the broker is entered */
export function tinyProject(broker: string, topic: string, event: object = {}, login = kafkaLogin): Tiny {
  const kafka = {
    topic,
    consumerGroupId: `${topic}-tiny`,
    bootstrapServers: [broker],
    maximumBatchingWindow: 0,
    ...event,
  };
  const service = {
    service: 'tiny',
    provider: { name: 'aws', runtime: 'nodejs22.x', region: 'us-east-1', timeout: 200 },
    configValidationMode: 'off',
    plugins: ['./dispatcher/plugin.ts', 'serverless-offline'],
    custom: { dispatcher: entryOf(login, ownFolder()) },
    functions: {
      greet: {
        handler: 'greet.handler',
        events: [{ kafka: { ...kafka, accessConfigurations: { vpcSubnet: ['subnet-0'] } } }],
      },
      web: { handler: 'greet.handler', events: [{ httpApi: 'GET /' }] },
    },
  };
  const folder = ownFolder({
    'serverless.yml': JSON.stringify(service),
    'package.json': '{ "type": "module" }',
    'greet.js': handler,
  });
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(join(root, 'node_modules/serverless-offline'), join(folder, 'node_modules/serverless-offline'));
  symlinkSync(join(root, 'infra/dispatcher'), join(folder, 'dispatcher'));
  return { folder, config: join(folder, 'serverless.yml') };
}
