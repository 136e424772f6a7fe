/** Who may reach the gateway: this machine, or by mutual TLS whoever has a certificate of the shop's own authority. */
import { readFileSync } from 'node:fs';
import { ServerCredentials } from '@grpc/grpc-js';
import type { Settings } from '../../functions/settings.ts';
import { Mistake, messageOf } from '../faults.ts';
import { isLoopback } from '../http/guard.ts';

type Tls = Pick<Settings, 'grpcCertificate' | 'grpcKey' | 'grpcClientAuthority'>;

function read(variable: string, path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new Mistake('setting', `${variable} cannot be read: ${messageOf(error)}. Name a file in PEM.`);
  }
}

/**
 * @param address host:port to listen on
 * @throws Error for an address that others reach, unless certificates say who they are
 */
export function credentialsFor(
  address: string,
  { grpcCertificate, grpcKey, grpcClientAuthority }: Tls,
): ServerCredentials {
  if (grpcCertificate && grpcKey && grpcClientAuthority) {
    return ServerCredentials.createSsl(
      read('DESPACHO_GRPC_CLIENT_CA', grpcClientAuthority),
      [
        {
          cert_chain: read('DESPACHO_GRPC_CERTIFICATE', grpcCertificate),
          private_key: read('DESPACHO_GRPC_KEY', grpcKey),
        },
      ],
      true,
    );
  }
  const names = 'DESPACHO_GRPC_CERTIFICATE, DESPACHO_GRPC_KEY and DESPACHO_GRPC_CLIENT_CA';
  if (grpcCertificate || grpcKey || grpcClientAuthority)
    throw new Mistake('setting', `${names} go together: set all of them, or none.`);
  if (isLoopback(address.slice(0, address.lastIndexOf(':')))) return ServerCredentials.createInsecure();
  throw new Mistake(
    'setting',
    `The gateway does not listen on ${address} without TLS and a login: anybody who reaches it could read and cancel ` +
      `every order. Set ${names}, or DESPACHO_GRPC_ADDRESS to 127.0.0.1:port.`,
  );
}
