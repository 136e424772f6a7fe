/** One PlaceOrders stream, with a bounded number of orders between its two ends. */
import type { ServerDuplexStream } from '@grpc/grpc-js';
import type {
  PlaceOrderResponse,
  PlaceOrdersRequest,
  PlaceOrdersResponse,
} from '../../proto/gen/despacho/orders/v1/orders.ts';
import { Malformed, statusOf } from './calls.ts';
import { Refusal } from './refusal.ts';

type Call = ServerDuplexStream<PlaceOrdersRequest, PlaceOrdersResponse>;
type PlaceOne = (request: PlaceOrdersRequest, call: Call) => Promise<PlaceOrderResponse>;

/** Orders of one stream that are read and not yet answered: two batches, so that one fills while one is under way. */
export const mostUnanswered = 2000;

/**
 * Reads from the call as soon as it is made. Answers come as orders are stored, in any order: `reference` tells which
 * is whose. A refused order is answered with its status and does not end the stream; an unreadable request does.
 */
export class OrderStream {
  readonly #call: Call;
  readonly #placeOne: PlaceOne;
  readonly #log: (line: string) => void;
  #unanswered = 0;
  /** Why nothing more is read: the client has said all, or the stream must end with this refusal. */
  #over: 'said' | Refusal | undefined;
  #ended = false;

  constructor(call: Call, placeOne: PlaceOne, log: (line: string) => void) {
    this.#call = call;
    this.#placeOne = placeOne;
    this.#log = log;
    call.on('data', (request: PlaceOrdersRequest | Malformed) => this.#take(request));
    call.on('end', () => this.#finish('said'));
    call.on('drain', () => this.#flow());
  }

  /** Reads nothing more, answers what was read, and ends with UNAVAILABLE. */
  stop(): void {
    this.#finish(new Refusal('away', 'the gateway is stopping'));
  }

  #take(request: PlaceOrdersRequest | Malformed): void {
    if (request instanceof Malformed) {
      this.#finish(request.refusal);
      return;
    }
    const { reference } = request;
    this.#unanswered++;
    this.#placeOne(request, this.#call).then(
      (placed) => this.#answer({ reference, placed }),
      (error) => {
        const { code, details } = statusOf(error, this.#log);
        this.#answer({ reference, error: { code, message: details } });
      },
    );
    this.#flow();
  }

  #answer(response: PlaceOrdersResponse): void {
    this.#unanswered--;
    if (this.#call.cancelled) return;
    this.#call.write(response);
    this.#flow();
  }

  #finish(why: 'said' | Refusal): void {
    this.#over ??= why;
    this.#flow();
  }

  /** Reads while the client takes the answers and not too much is open; ends after the last answer. */
  #flow(): void {
    if (this.#over) {
      this.#call.pause();
      if (this.#unanswered > 0 || this.#ended) return;
      this.#ended = true;
      if (this.#over === 'said') this.#call.end();
      else this.#call.emit('error', this.#over);
    } else if (this.#unanswered >= mostUnanswered || this.#call.writableNeedDrain) {
      this.#call.pause();
    } else if (this.#call.isPaused()) {
      this.#call.resume();
    }
  }
}
