/** A gateway alone in its process, with the settings of the environment; it tells its parent the port, and what it uses. */

import '../../../infra/withParent.ts';
import { readSettings } from '../../../functions/settings.ts';
import { startGateway } from '../../../infra/gateway/server.ts';

const gateway = await startGateway({ settings: readSettings(), address: '127.0.0.1:0', log: console.error });
process.on('message', async (ask) => {
  if (ask === 'usage') {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuSeconds: (user + system) / 1e6, residentMegabytes: process.memoryUsage.rss() / 2 ** 20 });
  } else {
    await gateway.drain(2000);
    process.disconnect();
  }
});
process.send?.(gateway.port);
