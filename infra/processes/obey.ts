import '../withParent.ts';

/** What a child process tells when an order throws. */
export type Failed = Readonly<{ kind: 'failed'; message: string }>;

/**
 * A program's end of a `Child`: orders come one after another; what one throws is told, and ends the process. When the
 * parent dies it gets a SIGTERM, and also when it lets go of the channel itself, at its end.
 */
export function obey<O, N>(handle: (order: O, tell: (news: N) => void) => Promise<void>): void {
  // The parent may be gone already.
  const tell = (news: N | Failed): void => void (process.connected && process.send?.(news));
  process.on('message', (order: O) => {
    handle(order, tell).catch((error: unknown) => {
      process.exitCode = 1;
      const news: Failed = { kind: 'failed', message: error instanceof Error ? error.message : String(error) };
      if (process.connected) process.send?.(news, () => process.disconnect?.());
    });
  });
}
