import type { Settings } from '../../functions/settings.ts';
import { splitHostPort } from '../access/splitHostPort.ts';
import { requireFree } from '../engines/portOwner.ts';

/** serverless-offline's ports as its flags and keys name them, the usual ones, and what moves them. */
const offlinePorts = {
  httpPort: [3000, 'DESPACHO_CONSOLE_URL'],
  websocketPort: [3001, 'DESPACHO_CONSOLE_SOCKET'],
  lambdaPort: [3002, '--lambdaPort'],
} as const;

/**
 * Before anything is started: where another program has a port, the start ends, and nobody takes that program for this one.
 * @param offline serverless-offline's settings
 * @throws EngineFault that names who has the port, and what helps
 */
export async function requireFreePorts(
  offline: Readonly<Record<string, unknown>>,
  { grpcAddress, parts }: Pick<Settings, 'grpcAddress' | 'parts'>,
): Promise<void> {
  if (parts.includes('gateway')) {
    await requireFree(splitHostPort(grpcAddress).port, 'the gateway', 'set DESPACHO_GRPC_ADDRESS to another host:port');
  }
  for (const [flag, [usual, moves]] of Object.entries(offlinePorts)) {
    await requireFree(Number(offline[flag] ?? usual), 'serverless-offline', `move it with ${moves}`);
  }
}
