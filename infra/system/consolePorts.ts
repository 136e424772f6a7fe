import { readSettings } from '../../functions/settings.ts';

/** serverless-offline's flags and keys. */
export type Ports = Readonly<{ httpPort?: unknown; websocketPort?: unknown }>;

/** The system itself speaks no TLS: an https address is a proxy's. */
function ownPort(address: string): number {
  const { protocol, port } = new URL(address);
  return ['http:', 'ws:'].includes(protocol) ? Number(port) : 0;
}

/**
 * The console listens at the ports of its addresses, so that the two cannot disagree. Flags go before: without an
 * address they move that too; with one they are where a proxy finds the console.
 * @returns what serverless-offline is to take where no flag says otherwise
 */
export function consolePorts(flags: Ports, environment: NodeJS.ProcessEnv = process.env): Ports {
  // Both are behind the same door.
  if (environment.DESPACHO_CONSOLE_ADDRESS && environment.DESPACHO_CONSOLE_URL)
    environment.DESPACHO_CONSOLE_SOCKET ??= environment.DESPACHO_CONSOLE_URL.replace(/^http/, 'ws');
  if (flags.httpPort) environment.DESPACHO_CONSOLE_URL ??= `http://127.0.0.1:${flags.httpPort}`;
  if (flags.websocketPort) environment.DESPACHO_CONSOLE_SOCKET ??= `ws://127.0.0.1:${flags.websocketPort}`;
  const { consoleUrl, consoleSocket } = readSettings(environment);
  const [httpPort, websocketPort] = [ownPort(consoleUrl), ownPort(consoleSocket)];
  return { ...(httpPort && { httpPort }), ...(websocketPort && { websocketPort }) };
}
