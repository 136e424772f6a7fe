/** Tells clients like grpcurl what can be called here, from the protos as they are written. */
import { readFile } from 'node:fs/promises';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import type { MethodDefinition, Server, ServiceDefinition } from '@grpc/grpc-js';
import { ReflectionService } from '@grpc/reflection';

const descriptors = new URL('../../proto/gen/descriptors.binpb', import.meta.url);

type Request = { fileContainingSymbol?: string };
type Response = { originalRequest?: Request; listServicesResponse?: { service: { name: string }[] } };
type Method = MethodDefinition<Request, Response>;

/** @throws Error when the protos' descriptors have not been generated */
export async function addReflection(server: Pick<Server, 'addService'>): Promise<void> {
  const { file: files } = fromBinary(FileDescriptorSetSchema, await readFile(descriptors));
  const fileDescriptorProtos = files.map((file) => Buffer.from(toBinary(FileDescriptorProtoSchema, file)));
  // The descriptors that @grpc/proto-loader makes lack imports and file names, which grpcurl does not forgive.
  const exact = { format: 'Protocol Buffer 3 DescriptorProto', type: {}, fileDescriptorProtos } as const;
  const bare = new Set(files.filter((file) => file.package === '').flatMap(namesIn));
  new ReflectionService({ exact }).addToServer({
    addService: (service, handlers) => server.addService(withoutPackage(service, bare), handlers),
  });
}

const namesIn = (file: FileDescriptorProto): string[] =>
  [...file.service, ...file.messageType, ...file.enumType].map(({ name }) => name);

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
