import { credentials, loadPackageDefinition, type ServiceError } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

type Answer = { mensaje: string };
type Stock = {
  RealizarPedido(request: object, answer: (error: ServiceError | null, response?: Answer) => void): void;
  close(): void;
};

const request = {
  nombre_producto: 'Cafetera',
  precio: 19.99,
  pasarela_pago: 'Webpay',
  marca_tarjeta: 'Visa',
  banco: 'BancoEstado',
  region_envio: 'Ñuble',
  direccion_envio: 'Los Aromos 12',
  email_cliente: 'ana@example.com',
};

/** Places an order as a client does that knows only the published contract. @returns what it is told, with the order's id */
export async function orderByContract(address: string): Promise<string> {
  const proto = loadSync(new URL('../../proto/pedidos.proto', import.meta.url).pathname, { keepCase: true });
  const { Pedidos } = loadPackageDefinition(proto) as unknown as {
    Pedidos: new (address: string, secrets: unknown) => Stock;
  };
  const client = new Pedidos(address, credentials.createInsecure());
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  client.RealizarPedido(request, (error, response) => (response ? resolve(response) : reject(error)));
  return (await promise.finally(() => client.close())).mensaje;
}
