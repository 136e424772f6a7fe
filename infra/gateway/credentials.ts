/** Who may reach the gateway: this machine, or over TLS whoever has a certificate of the shop's own authority or a key. */
import { createSecureContext } from 'node:tls';
import { experimental, ServerCredentials } from '@grpc/grpc-js';
import type { Settings } from '../../functions/settings.ts';
import { isLoopback } from '../access/loopback.ts';
import { Renewed } from '../access/renewed.ts';
import { settingFile } from '../access/settingFile.ts';
import { splitHostPort } from '../access/splitHostPort.ts';
import type { Clock } from '../clock.ts';
import { Mistake, messageOf } from '../faults.ts';

type Tls = Pick<Settings, 'grpcCertificate' | 'grpcKey' | 'grpcClientAuthority' | 'grpcCallers'>;
type Update = Readonly<{ certificate: Buffer; privateKey: Buffer; caCertificate: Buffer }>;

/** Those of a moment, which go together: a key that is not its certificate's is refused here. */
function readPair({ grpcCertificate, grpcKey, grpcClientAuthority }: Tls): Update {
  const update = {
    certificate: settingFile('DESPACHO_GRPC_CERTIFICATE', grpcCertificate),
    privateKey: settingFile('DESPACHO_GRPC_KEY', grpcKey),
    caCertificate: grpcClientAuthority ? settingFile('DESPACHO_GRPC_CLIENT_CA', grpcClientAuthority) : Buffer.alloc(0),
  };
  try {
    createSecureContext({ cert: update.certificate, key: update.privateKey });
  } catch (error) {
    throw new Mistake(
      'setting',
      `DESPACHO_GRPC_CERTIFICATE and DESPACHO_GRPC_KEY cannot be used: ${messageOf(error)}. Name files in PEM that go together.`,
    );
  }
  return update;
}

/** What the gateway listens with. `close` ends the looking for new certificates. */
type GatewayCredentials = Readonly<{ credentials: ServerCredentials; close(): void }>;

/** Certificates are read again when they have changed, for whoever connects from then on. */
function renewedCredentials(tls: Tls, surroundings: { clock: Clock; log(line: string): void }): GatewayCredentials {
  const { grpcCertificate, grpcKey, grpcClientAuthority } = tls;
  const files = [grpcCertificate, grpcKey, ...(grpcClientAuthority ? [grpcClientAuthority] : [])];
  const renewed = new Renewed(files, () => readPair(tls), surroundings);
  const provider: experimental.CertificateProvider = {
    addCaCertificateListener: (listener) => renewed.add(listener),
    removeCaCertificateListener: (listener) => renewed.remove(listener),
    addIdentityCertificateListener: (listener) => renewed.add(listener),
    removeIdentityCertificateListener: (listener) => renewed.remove(listener),
  };
  // grpc-js takes the own certificate first and the clients' authority second, whatever its types call them.
  const [authority, required] = grpcClientAuthority ? [provider, !tls.grpcCallers] : [null, false];
  const credentials = experimental.createCertificateProviderServerCredentials(provider, authority, required);
  return { credentials, close: () => renewed.close() };
}

/**
 * @param address host:port to listen on
 * @throws Mistake for an address that others reach, unless TLS and a login are set
 */
export function credentialsFor(
  address: string,
  tls: Tls,
  surroundings: { clock: Clock; log(line: string): void },
): GatewayCredentials {
  const { grpcCertificate, grpcKey, grpcClientAuthority, grpcCallers } = tls;
  const names = 'DESPACHO_GRPC_CERTIFICATE and DESPACHO_GRPC_KEY';
  if (!grpcCertificate !== !grpcKey || (grpcClientAuthority && !grpcCertificate))
    throw new Mistake('setting', `${names} go together, and DESPACHO_GRPC_CLIENT_CA needs both.`);
  const here = isLoopback(splitHostPort(address).host);
  if (grpcCertificate && (here || grpcClientAuthority || grpcCallers)) return renewedCredentials(tls, surroundings);
  if (here) return { credentials: ServerCredentials.createInsecure(), close: () => undefined };
  throw new Mistake(
    'setting',
    `The gateway does not listen on ${address} without TLS and a login: anybody who reaches it could read and cancel ` +
      `every order. Set ${names}, and DESPACHO_GRPC_CALLERS or DESPACHO_GRPC_CLIENT_CA; or DESPACHO_GRPC_ADDRESS to 127.0.0.1:port.`,
  );
}
