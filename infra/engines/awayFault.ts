import { connect } from 'node:tls';
import { nodeAddresses } from '../access/nodes.ts';
import { systemClock, within } from '../clock.ts';
import { type Engine, EngineFault } from './engine.ts';

/** ms for a server to show its certificate. */
const patience = 3000;

/** The first host and port of `host:port,…`, or of URLs; undefined where it is none, which its client has told. */
function placeOf(address: string): { host: string; port: number } | undefined {
  const [first = ''] = nodeAddresses(address);
  const place = URL.parse(first.includes('://') ? first.replace(/^\w+:/, 'tcp:') : `tcp://${first}`);
  return place ? { host: place.hostname.replace(/^\[|\]$/g, ''), port: Number(place.port) } : undefined;
}

/** Whether who answers at the address begins with TLS. Nothing is sent but a greeting, and nobody is trusted by it. */
async function wantsTls(address: string): Promise<boolean> {
  const place = placeOf(address);
  if (!place) return false;
  const { promise, resolve } = Promise.withResolvers<void>();
  // Only a certificate is looked for, whosever it is.
  const socket = connect({ ...place, rejectUnauthorized: false }, resolve).on('error', () => resolve());
  await within(systemClock, patience, promise);
  const shown = Object.keys(socket.getPeerCertificate() ?? {}).length > 0;
  socket.destroy();
  return shown;
}

/** What to say of an engine that somebody else runs and that could not be used: one that wants TLS just hangs up without it. */
export async function awayFault(
  { external, title }: Engine,
  address: string,
  { message }: Error,
): Promise<EngineFault> {
  const begin = `${external} names an engine that`;
  const hasTriedTls = !/closed/i.test(message) && /certificate|TLS|SSL/i.test(message);
  if (hasTriedTls || !(await wantsTls(address))) {
    const cure = `Start it, or unset ${external} to have ${title} started here.`;
    return new EngineFault(`${begin} does not answer after 30 s: ${message.replace(/\.$/, '')}. ${cure}`);
  }
  const scheme = { REDIS_URL: 'rediss:', ELASTICSEARCH_URL: 'https:' }[external];
  const cure = scheme ? `begin it with ${scheme}` : `set ${external.replace(/_[A-Z]+$/, '')}_TLS=true`;
  return new EngineFault(`${begin} answers over TLS alone (${message}): ${cure}, and name its authority by …_CA.`);
}
