import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { connect } from 'node:net';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { create, createFileRegistry, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import {
  type Client,
  credentials,
  loadPackageDefinition,
  makeClientConstructor,
  type ServiceDefinition,
  type ServiceError,
  status,
} from '@grpc/grpc-js';
import { loadFileDescriptorSetFromBuffer, loadSync } from '@grpc/proto-loader';
import { service as healthService } from 'grpc-health-check';
import { readSettings } from '../../functions/settings.ts';
import { type Gateway, startGateway } from './server.ts';

const settings = readSettings({});
let gateway: Gateway;
let address: string;
before(async () => {
  gateway = await startGateway({ settings, address: '127.0.0.1:0', log: () => undefined });
  address = `127.0.0.1:${gateway.port}`;
});
after(() => gateway.drain(1000));

type Unary = (request: object, answer: (error: ServiceError | null, response: object) => void) => void;

/** Calls one method of a service that is known by its definition only. */
async function ask(definition: ServiceDefinition, method: string, request: object): Promise<object> {
  const client = new (makeClientConstructor(definition, ''))(address, credentials.createInsecure());
  try {
    return await new Promise((resolve, reject) => {
      (client[method] as Unary).call(client, request, (error, response) => (error ? reject(error) : resolve(response)));
    });
  } finally {
    client.close();
  }
}

for (const service of ['', 'Pedidos', 'despacho.orders.v1.OrderService']) {
  test(`health: "${service}" is serving`, async () => {
    assert.deepEqual(await ask(healthService, 'check', { service }), { status: 'SERVING' });
  });
}

test('health: an unknown service is NOT_FOUND', async () => {
  await assert.rejects(ask(healthService, 'check', { service: 'Nada' }), { code: status.NOT_FOUND });
});

type Answer = {
  listServicesResponse?: { service: { name: string }[] };
  fileDescriptorResponse?: { fileDescriptorProto: Buffer[] };
};

/** Asks the reflection service as grpcurl does, by its version `v1` or `v1alpha`. */
async function reflect(version: string, request: object): Promise<Answer> {
  const library = dirname(createRequire(import.meta.url).resolve('@grpc/reflection/package.json'));
  const proto = join(library, `build/proto/grpc/reflection/${version}/reflection.proto`);
  const loaded = loadPackageDefinition(loadSync(proto)) as unknown as Record<
    string,
    Record<string, Record<string, never>>
  >;
  const Reflection = loaded.grpc?.reflection?.[version] as unknown as Record<
    string,
    ReturnType<typeof makeClientConstructor>
  >;
  const client = new (Reflection.ServerReflection as ReturnType<typeof makeClientConstructor>)(
    address,
    credentials.createInsecure(),
  );
  const call = client.ServerReflectionInfo?.();
  call.write(request);
  const [answer] = await once(call, 'data');
  call.end();
  call.resume();
  await once(call, 'end');
  (client as Client).close();
  return answer;
}

for (const version of ['v1', 'v1alpha']) {
  test(`reflection ${version} lists the services`, async () => {
    const { listServicesResponse } = await reflect(version, { listServices: '' });
    assert.deepEqual(listServicesResponse?.service.map(({ name }) => name).sort(), [
      'Pedidos',
      'despacho.orders.v1.OrderService',
    ]);
  });

  test(`reflection ${version} tells enough to call each service, the one without a package too`, async () => {
    for (const [name, method, field] of [
      ['Pedidos', 'RealizarPedido', /nombre_producto must/],
      ['despacho.orders.v1.OrderService', 'PlaceOrder', /details must/],
    ] as const) {
      const { fileDescriptorResponse } = await reflect(version, { fileContainingSymbol: name });
      const files = fileDescriptorResponse?.fileDescriptorProto ?? [];
      // A registry refuses a file whose imports are not there before it; grpcurl, the same.
      const set = create(FileDescriptorSetSchema, {
        file: files.toReversed().map((file) => fromBinary(FileDescriptorProtoSchema, file)),
      });
      assert.ok(createFileRegistry(set).getService(name));
      const definition = loadFileDescriptorSetFromBuffer(Buffer.from(toBinary(FileDescriptorSetSchema, set)))[
        name
      ] as ServiceDefinition;
      await assert.rejects(ask(definition, method, {}), { code: status.INVALID_ARGUMENT, details: field });
    }
  });
}

test('an address that is taken is named, with what to do', async () => {
  await assert.rejects(startGateway({ settings, address, log: () => undefined }), {
    message: new RegExp(
      `^The gateway cannot listen on ${address}: .*set DESPACHO_GRPC_ADDRESS to another host:port\\.$`,
      's',
    ),
  });
});

test('a caller with nothing to say holds no connection', async () => {
  const strict = await startGateway({ settings, address: '127.0.0.1:0', idle: 400, log: () => undefined });
  const silent = connect(strict.port, '127.0.0.1').resume();
  silent.on('error', () => undefined);
  await once(silent, 'close');
  await strict.drain(1000);
});

test('a connection grows no older than it may: its client makes another by itself, also to watch on', async (context) => {
  const aging = await startGateway({ settings, address: '127.0.0.1:0', age: 300, log: () => undefined });
  const Health = makeClientConstructor(healthService, '');
  const repeated = {
    methodConfig: [
      {
        name: [{}],
        // Whoever calls in the moment in which a connection ends hears UNAVAILABLE.
        retryPolicy: {
          maxAttempts: 5,
          initialBackoff: '0.01s',
          maxBackoff: '0.1s',
          backoffMultiplier: 2,
          retryableStatusCodes: ['UNAVAILABLE'],
        },
      },
    ],
  };
  const client = new Health(`127.0.0.1:${aging.port}`, credentials.createInsecure(), {
    'grpc.service_config': JSON.stringify(repeated),
  });
  context.after(() => {
    client.close();
    return aging.drain(0);
  });
  const check = () =>
    new Promise<void>((resolve, reject) =>
      (client.check as Unary).call(client, { service: '' }, (error) => (error ? reject(error) : resolve())),
    );
  /** @returns how it ends, once it has told something */
  const watch = async () => {
    const call = client.watch?.({ service: '' });
    const ended = new Promise<number>((resolve) => call.on('error', ({ code }: ServiceError) => resolve(code)));
    await once(call, 'data');
    return { ended };
  };
  const first = await watch();
  let cut: number | undefined;
  first.ended.then((code) => (cut = code));
  while (cut === undefined) await check();
  assert.equal(cut, status.UNAVAILABLE);
  await watch();
});
