import '../../../infra/withParent.ts';

/** Tells the parent the port, what this process uses whenever it asks, and ends when it is told to. */
export function answerParent(port: number, stop: () => Promise<unknown>): void {
  process.on('message', async (ask) => {
    if (ask === 'usage') {
      const { user, system } = process.cpuUsage();
      process.send?.({ cpuSeconds: (user + system) / 1e6, residentMegabytes: process.memoryUsage.rss() / 2 ** 20 });
    } else {
      await stop();
      process.disconnect();
    }
  });
  process.send?.(port);
}
