/**
 * Imported (or preloaded, with `node --import`) by a process that must not outlive the one that started it. That one gives
 * it an IPC channel, which closes when it dies, however it dies: this is then a SIGTERM, to the whole group if this process
 * leads one. Without a channel nothing happens.
 */
function end(): void {
  try {
    process.kill(-process.pid, 'SIGTERM');
  } catch {
    process.kill(process.pid, 'SIGTERM');
  }
}

/** Whoever waits for messages is kept alive by the channel, as without this; who only listens for its end is not. */
function keepAliveForMessages(): void {
  if (process.listenerCount('message') > 0) process.channel?.ref();
  else process.channel?.unref();
}

if (process.channel) {
  process.once('disconnect', end);
  keepAliveForMessages();
  process.on('newListener', (name) => name === 'message' && process.channel?.ref());
  process.on('removeListener', (name) => name === 'message' && keepAliveForMessages());
}
