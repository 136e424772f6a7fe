/** How our own commands call the gateway, by the settings that it has itself. */
import { type ChannelOptions, credentials, InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import { readSettings, type Settings } from '../../functions/settings.ts';
import { OrderServiceClient } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { settingFile } from '../access/settingFile.ts';

type Access = Pick<Settings, 'grpcCertificate' | 'grpcKey' | 'grpcClientAuthority' | 'grpcAuthority' | 'grpcApiKey'>;

/** Over TLS where the gateway has it; with its own certificate where it asks for one. */
function channel({ grpcCertificate, grpcKey, grpcClientAuthority, grpcAuthority }: Access) {
  if (!grpcCertificate && !grpcAuthority) return credentials.createInsecure();
  const authority = grpcAuthority ? settingFile('DESPACHO_GRPC_CA', grpcAuthority) : null;
  if (!grpcClientAuthority) return credentials.createSsl(authority);
  const [key, certificate] = [
    settingFile('DESPACHO_GRPC_KEY', grpcKey),
    settingFile('DESPACHO_GRPC_CERTIFICATE', grpcCertificate),
  ];
  return credentials.createSsl(authority, key, certificate);
}

const withKey =
  (key: string): Interceptor =>
  (options, next) =>
    new InterceptingCall(next(options), {
      start(metadata, listener, go) {
        metadata.set('authorization', `Bearer ${key}`);
        go(metadata, listener);
      },
    });

/** What a gateway that listens everywhere is called by on this machine. */
const reachable = (address: string): string =>
  address.replace(/^0\.0\.0\.0:/, '127.0.0.1:').replace(/^\[::\]:/, '[::1]:');

/**
 * @param address host:port
 * @throws Mistake for a file that cannot be read
 */
export function gatewayClient(
  address: string,
  options: ChannelOptions,
  access: Access = readSettings(),
): OrderServiceClient {
  const { grpcApiKey } = access;
  const interceptors = grpcApiKey
    ? [withKey(settingFile('DESPACHO_GRPC_API_KEY', grpcApiKey, 'Name a file.').toString().trim())]
    : [];
  return new OrderServiceClient(reachable(address), channel(access), { ...options, interceptors });
}
