/** The part of an event that is the same for every invocation of a mapping. */
export type Source = Readonly<{
  eventSource: 'SelfManagedKafka' | 'aws:kafka';
  eventSourceArn?: string;
  bootstrapServers: string;
  topic: string;
}>;

/** By which schema a key or value was read: `schemaId` is the id of a Confluent registry, as a text. */
export type SchemaMetadata = { dataFormat: string; schemaId: string };

/** `timestamp` is in ms since 1970: the producer's time (CREATE_TIME) or the broker's (LOG_APPEND_TIME). */
export type EventRecord = {
  topic: string;
  partition: number;
  offset: number;
  timestamp: number;
  timestampType: 'CREATE_TIME' | 'LOG_APPEND_TIME';
  /** Base64; absent where the record has none. */
  key?: string;
  keySchemaMetadata?: SchemaMetadata;
  /** Base64; absent in a tombstone. */
  value?: string;
  valueSchemaMetadata?: SchemaMetadata;
  /** Signed bytes, one object for each header. */
  headers: Record<string, number[]>[];
};

/** What a function gets: the event of AWS Lambda's Kafka event source mapping. */
export type KafkaEvent = {
  eventSource: Source['eventSource'];
  eventSourceArn?: string;
  bootstrapServers: string;
  records: Record<string, EventRecord[]>;
};
