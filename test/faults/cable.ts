import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * A cable between the system and an engine. `cut` ends its connections and refuses new ones; `hold` takes new ones and
 * lets not a byte through, like an engine that hangs; `mend` undoes both.
 */
export type Cable = Readonly<{ url: string; cut(): void; hold(): void; mend(): void; close(): void }>;

/** @param url of the engine, with its port */
export async function layCable(url: string): Promise<Cable> {
  const { protocol, username, password, hostname, port } = new URL(url);
  const login = username ? `${username}:${password}@` : '';
  const ends = new Set<Socket>();
  let [whole, held] = [true, false];
  const server = createServer((near) => {
    ends.add(near);
    near.on('close', () => ends.delete(near)).on('error', () => near.destroy());
    if (!whole) return void near.destroy();
    const far = connect(Number(port), hostname).on('error', () => near.destroy());
    ends.add(far.on('close', () => ends.delete(far)));
    near.pipe(far).pipe(near);
    if (held) for (const end of [near, far]) end.pause();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const cut = () => {
    whole = false;
    for (const end of ends) end.destroy();
  };
  return {
    url: `${protocol}//${login}127.0.0.1:${typeof address === 'object' ? address?.port : 0}`,
    cut,
    hold() {
      held = true;
      for (const end of ends) end.pause();
    },
    mend() {
      whole = true;
      held = false;
      for (const end of ends) end.resume();
    },
    close() {
      server.close();
      cut();
    },
  };
}
