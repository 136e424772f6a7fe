/** What every call has in common: reading the request, and turning a failure into a status. */
import { BinaryReader } from '@bufbuild/protobuf/wire';
import {
  type handleUnaryCall,
  type Metadata,
  type MethodDefinition,
  type ServerUnaryCall,
  type ServiceDefinition,
  status,
} from '@grpc/grpc-js';
import { Refusal } from './refusal.ts';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Text that is no UTF-8 (Latin-1, for instance) becomes a lone surrogate, which no field takes: so it is refused with
 * the field's name, where the usual decoder would put a question mark in its place.
 */
function decodeUtf8(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    return '\ud800';
  }
}

/** Stands for a request whose bytes are not the message that the method takes. */
export class Malformed {
  readonly refusal: Refusal;

  constructor(reason: string) {
    this.refusal = new Refusal('invalid', `the request is not a valid protobuf message (${reason})`);
  }
}

/** The same service, but unreadable bytes reach its handlers as `Malformed`: grpc-js would answer INTERNAL, without a word. */
export function readable<Service extends ServiceDefinition>(service: Service): Service {
  const methods = Object.entries<MethodDefinition<object, object>>(service).map(([name, method]) => {
    const decode = method.requestDeserialize as (message: Buffer | BinaryReader) => object;
    const requestDeserialize = (bytes: Buffer): object => {
      try {
        return decode(new BinaryReader(bytes, decodeUtf8));
      } catch (error) {
        return new Malformed(error instanceof Error ? error.message : String(error));
      }
    };
    return [name, { ...method, requestDeserialize }];
  });
  return Object.fromEntries(methods);
}

/** The status that tells the client of a failure; one that is not a refusal is ours, and is logged. */
export function statusOf(
  error: unknown,
  log: (line: string) => void,
): { code: number; details: string; metadata?: Metadata } {
  if (error instanceof Refusal) return { code: error.code, details: error.message, metadata: error.metadata };
  log(`A call failed for a reason that should not be: ${error instanceof Error ? error.stack : error}`);
  return { code: status.INTERNAL, details: 'the gateway failed; its log tells why' };
}

/** A unary method that answers with the promise of `handle`. */
export function unary<Request extends object, Response>(
  log: (line: string) => void,
  handle: (request: Request, call: ServerUnaryCall<Request, Response>) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const { request } = call;
    const answer = request instanceof Malformed ? Promise.reject(request.refusal) : handle(request, call);
    answer.then(
      (response) => callback(null, response),
      (error) => callback(statusOf(error, log)),
    );
  };
}
