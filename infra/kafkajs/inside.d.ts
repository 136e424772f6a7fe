/** The parts of kafkajs that have no types, as far as they are mended here and driven by tests. */
declare module 'kafkajs/src/network/requestQueue/index.js' {
  /** `sentAt`: ms since 1970; null until it is sent. */
  export type SocketRequest = {
    readonly sentAt: number | null;
    readonly requestTimeout: number;
    sendRequest(): void;
    timeoutRequest(): void;
  };
  export default class RequestQueue {
    constructor(options: {
      maxInFlightRequests: number;
      requestTimeout: number;
      enforceRequestTimeout?: boolean;
      isConnected?: () => boolean;
      logger: { debug(): void };
    });
    readonly pending: readonly unknown[];
    readonly inflight: ReadonlyMap<number, SocketRequest>;
    readonly requestTimeout: number;
    readonly enforceRequestTimeout: boolean;
    requestTimeoutIntervalId: ReturnType<typeof setTimeout> | undefined;
    readonly isConnected: () => boolean;
    createSocketRequest(pushed: object): SocketRequest;
    waitForPendingRequests(): Promise<void>;
    destroy(): void;
    scheduleRequestTimeoutCheck(): void;
    fulfillRequest(answer: { correlationId: number; payload: Buffer; size: number }): void;
    push(request: {
      entry: { correlationId: number; resolve?(): void; reject?(): void };
      expectResponse: boolean;
      requestTimeout?: number;
      sendRequest(): void;
    }): void;
    maybeThrottle(milliseconds: number): void;
    checkPendingRequests(): void;
    scheduleCheckPendingRequests(): void;
  }
}

declare module 'kafkajs/src/protocol/requests/produce/index.js' {
  type Request = import('./produce.ts').ProduceArguments;
  type Encoded = { buf: Buffer; readonly buffer: Buffer };
  type Made = { request: { encode(): Promise<Encoded> }; response: object };
  const requests: { protocol(of: { version: number }): (request: Request) => Made };
  export default requests;
}

declare module 'kafkajs/src/protocol/requests/fetch/index.js' {
  type Made = { request: object; response: { decode(body: Buffer): Promise<object> } };
  const requests: { protocol(of: { version: number }): (request: object) => Made };
  export default requests;
}

declare module 'kafkajs/src/network/connection.js' {
  export default class Connection {
    isConnected(): boolean;
    connect(): Promise<boolean>;
  }
}

declare module 'kafkajs/src/consumer/runner.js' {
  export default class Runner {
    readonly running: boolean;
    fetch(nodeId: number): Promise<object[]>;
  }
}

/** What kafkajs' consumer is made of: a fetch by offset needs no group. */
declare module 'kafkajs/src/consumer/batch.js' {
  type Partition = import('./partitionReader.ts').FetchedPartition;
  export default class Batch {
    constructor(topic: string, fetchedOffset: string, partition: Partition);
    readonly messages: import('kafkajs').KafkaMessage[];
  }
}

declare module 'kafkajs/src/protocol/recordBatch/crc32C/index.js' {
  export default function crc32C(bytes: Buffer): number;
}

/** What a test compares with. */
declare module 'kafkajs/src/producer/groupMessagesPerPartition.js' {
  type Message = import('kafkajs').Message;
  export default function group<M extends Message>(of: {
    topic: string;
    partitionMetadata: readonly object[];
    messages: Message[];
    partitioner(of: { message: M }): number;
  }): Record<string, Message[]>;
}
declare module 'kafkajs/src/protocol/requests/produce/v7/request.js' {
  export default function produce(request: import('./produce.ts').ProduceArguments): {
    encode(): Promise<{ readonly buffer: Buffer }>;
  };
}
declare module 'kafkajs/src/protocol/requests/fetch/v11/response.js' {
  const response: { decode(body: Buffer): Promise<import('./fetch.ts').FetchResponse> };
  export default response;
}
declare module 'kafkajs/src/protocol/requests/fetch/v4/decodeMessages.js' {
  export default function decodeMessages(
    decoder: import('kafkajs/src/protocol/decoder.js').default,
  ): Promise<import('./recordBatches.ts').Records>;
}
declare module 'kafkajs/src/protocol/encoder.js' {
  export default class Encoder {
    readonly buffer: Buffer;
    writeInt16(value: number): this;
    writeInt32(value: number): this;
    writeInt64(value: number): this;
    writeString(value: string): this;
    writeBytes(value: Buffer): this;
  }
}
declare module 'kafkajs/src/protocol/decoder.js' {
  export default class Decoder {
    constructor(buffer: Buffer);
    readInt16(): number;
    readInt32(): number;
    readString(): string;
    readBytes(): Buffer;
    readArray<T>(read: (decoder: Decoder) => T): T[];
  }
}

/** Failed sends are counted here, and a test lets a broker answer by an error. */
declare module 'kafkajs/src/broker/index.js' {
  type Request = (ask: object) => Promise<unknown>;
  export default class Broker {
    produce: Request;
    heartbeat: Request;
    joinGroup: Request;
  }
}
declare module 'kafkajs/src/protocol/messageSet/index.js' {
  export default function messageSet(of: { messageVersion: number; entries: readonly object[] }): {
    readonly buffer: Buffer;
  };
}

declare module 'kafkajs/src/cluster/index.js' {
  type Topics = readonly Readonly<{ topic: string; partitions: readonly object[] }>[];
  export default class Cluster {
    readonly isolationLevel: number | undefined;
    readonly targetTopics: Set<string>;
    readonly brokerPool: { findConnectedBroker(): Promise<{ metadata(topics: readonly string[]): Promise<object> }> };
    refreshMetadata(): Promise<void>;
    refreshMetadataIfNecessary(): Promise<void>;
    findTopicPartitionMetadata(topic: string): readonly object[];
    addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
    fetchTopicsOffset(topics: Topics): Promise<Topics>;
  }
}
