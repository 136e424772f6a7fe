/** The part of kafkajs that has no types, as far as `kafkajs.ts` mends it and its test drives it. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  export default class RequestQueue {
    constructor(options: { maxInFlightRequests: number; requestTimeout: number; logger: { debug(): void } });
    readonly pending: readonly unknown[];
    push(request: { entry: { correlationId: number }; expectResponse: boolean; sendRequest(): void }): void;
    maybeThrottle(milliseconds: number): void;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}

/** A test lets a broker answer by an error. */
declare module 'kafkajs/src/broker/index.js' {
  type Request = (ask: object) => Promise<unknown>;
  export default class Broker {
    heartbeat: Request;
    joinGroup: Request;
  }
}
