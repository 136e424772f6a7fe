/**
 * kafkajs looks ten times a second, on every connection, whether a request is late: in virtual time those are up to nine steps
 * of ten. Here it looks at those of these moments alone at which one can be.
 */
import RequestQueue, { type SocketRequest } from 'kafkajs/src/network/requestQueue/index.js';

/** ms, as in kafkajs. */
const often = 100;

/** Of a connection from its beginning on: its moments are so many ms apart; `next` is the one that is waited for. */
class Looks {
  readonly #queue: RequestQueue;
  readonly #since = Date.now();
  readonly #every: number;
  #next = Number.POSITIVE_INFINITY;

  constructor(queue: RequestQueue) {
    this.#queue = queue;
    this.#every = Math.min(queue.requestTimeout, often);
  }

  /** Looks at the first moment that is later than that. @param at ms since 1970 */
  after(at: number): void {
    const moment = this.#since + (Math.floor((at - this.#since) / this.#every) + 1) * this.#every;
    if (moment >= this.#next) return;
    this.#next = moment;
    clearTimeout(this.#queue.requestTimeoutIntervalId);
    this.#queue.requestTimeoutIntervalId = setTimeout(() => this.#look(), moment - Date.now());
  }

  #look(): void {
    this.#next = Number.POSITIVE_INFINITY;
    for (const request of this.#queue.inflight.values()) if (Date.now() > endOf(request)) request.timeoutRequest();
    if (!this.#queue.isConnected()) this.#queue.destroy();
    else for (const request of this.#queue.inflight.values()) this.after(endOf(request));
  }
}

/** One that is being sent has no time yet: it has it in the same moment. */
const endOf = ({ sentAt, requestTimeout }: SocketRequest): number => (sentAt ?? Date.now()) + requestTimeout;

const looks = new WeakMap<RequestQueue, Looks>();
const { createSocketRequest, waitForPendingRequests, destroy } = RequestQueue.prototype;

Object.assign(RequestQueue.prototype, {
  scheduleRequestTimeoutCheck(this: RequestQueue): void {
    if (!this.enforceRequestTimeout) return;
    this.destroy();
    looks.set(this, new Looks(this));
  },
  createSocketRequest(this: RequestQueue, pushed: object): SocketRequest {
    const request = createSocketRequest.call(this, pushed);
    const { sendRequest } = request;
    request.sendRequest = () => {
      sendRequest();
      looks.get(this)?.after(endOf(request));
    };
    return request;
  },
  /** Asked where the connection is to be closed: from then on it looks once more. */
  waitForPendingRequests(this: RequestQueue): Promise<void> {
    looks.get(this)?.after(Date.now());
    return waitForPendingRequests.call(this);
  },
  destroy(this: RequestQueue): void {
    looks.delete(this);
    destroy.call(this);
  },
});
