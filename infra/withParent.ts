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

if (process.channel) {
  process.once('disconnect', end);
  // Listening alone must not keep the process alive.
  process.channel.unref();
}
