/** The dispatcher with its functions behind a Lambda endpoint, as functions of any language are. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Implementation, implementations } from '../../../scripts/bench/dispatcher/implementations.ts';
import { type EndpointFunction, type LambdaEndpoint, lambdaEndpoint } from './lambdaEndpoint.ts';

/** Rules that only whoever runs the functions can keep, by their names, each with why. */
export const elsewhere: Readonly<Record<string, string>> = {
  'process.env has the variables that AWS reserves, and says that it is offline': 'the endpoint sets the variables',
  'a changed handler is loaded anew': 'the endpoint loads the code',
  'provisioned concurrency: the environment is there before the first record': 'the endpoint warms what it runs',
  'processes that come and go share the partitions, and lose nothing':
    'it tells the processes by their functions, which are not in them',
};

type Service = { functions: Record<string, EndpointFunction>; custom: { dispatcher: Record<string, unknown> } };

/** The endpoint of a folder goes on when the dispatcher there ends and comes again. Whoever asks ends them all. */
export function endpointImplementation(): Implementation & { end(): Promise<void> } {
  const endpoints = new Map<string, Promise<LambdaEndpoint>>();
  const open = async (folder: string): Promise<LambdaEndpoint> => {
    const file = join(folder, 'resolved.json');
    const { custom, functions, ...service } = JSON.parse(readFileSync(file, 'utf8')) as Service;
    const endpoint = await lambdaEndpoint(functions, folder);
    const dispatcher = { ...custom.dispatcher, endpoint: endpoint.url };
    writeFileSync(file, JSON.stringify({ ...service, functions, custom: { ...custom, dispatcher } }));
    return endpoint;
  };
  return {
    ...implementations.host,
    name: "despacho, functions behind AWS's Runtime Interface Emulator",
    async start(folder) {
      const opened = endpoints.get(folder) ?? open(folder);
      endpoints.set(folder, opened);
      await opened;
      return implementations.host.start(folder);
    },
    async end() {
      await Promise.all([...endpoints.values()].map(async (one) => (await one).end()));
    },
  };
}
