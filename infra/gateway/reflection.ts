/** Tells clients like grpcurl what can be called here, from the protos themselves. */
import { fileURLToPath } from 'node:url';
import type { MethodDefinition, Server, ServiceDefinition } from '@grpc/grpc-js';
import { load } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';

const folder = fileURLToPath(new URL('../../proto/', import.meta.url));
const files = ['pedidos.proto', 'despacho/orders/v1/orders.proto'];

type Request = { fileContainingSymbol?: string };
type Response = { originalRequest?: Request; listServicesResponse?: { service: { name: string }[] } };
type Method = MethodDefinition<Request, Response>;

/** @throws Error when a proto cannot be read */
export async function addReflection(server: Pick<Server, 'addService'>): Promise<void> {
  const loaded = await load(files, { includeDirs: [folder] });
  const bare = new Set(Object.keys(loaded).filter((name) => !name.includes('.')));
  new ReflectionService(loaded).addToServer({
    addService: (service, handlers) => server.addService(withoutPackage(service, bare), handlers),
  });
}

/**
 * @grpc/reflection files what has no package under ".Pedidos", where no client looks for it. Here such names (`bare`)
 * gain the dot on their way in and lose it on their way out.
 */
function withoutPackage(service: ServiceDefinition, bare: ReadonlySet<string>): ServiceDefinition {
  const methods = Object.entries<Method>(service).map(([name, method]) => [
    name,
    {
      ...method,
      requestDeserialize: (bytes: Buffer) => dotted(method.requestDeserialize(bytes), bare),
      responseSerialize: (response: Response) => method.responseSerialize(undotted(response)),
    },
  ]);
  return Object.fromEntries(methods);
}

function dotted(request: Request, bare: ReadonlySet<string>): Request {
  const symbol = request.fileContainingSymbol;
  const [first = ''] = symbol?.split('.') ?? [];
  return bare.has(first) ? { ...request, fileContainingSymbol: `.${symbol}` } : request;
}

const plain = (name: string): string => name.replace(/^\./, '');

function undotted(response: Response): Response {
  const { originalRequest, listServicesResponse: list } = response;
  const symbol = originalRequest?.fileContainingSymbol;
  return {
    ...response,
    ...(symbol && { originalRequest: { ...originalRequest, fileContainingSymbol: plain(symbol) } }),
    ...(list && { listServicesResponse: { service: list.service.map(({ name }) => ({ name: plain(name) })) } }),
  };
}
