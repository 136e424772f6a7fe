import type { Server } from 'node:net';

/** The port that a server listens at; 0 where it does not listen, or at a path. */
export function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
