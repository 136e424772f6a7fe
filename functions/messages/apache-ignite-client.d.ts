/** The part of the client that is used; the package has no types of its own. */
declare module 'apache-ignite-client' {
  class SqlFieldsQuery {
    constructor(sql: string);
    setArgs(...args: unknown[]): this;
    setSchema(schema: string): this;
    setPageSize(rows: number): this;
    setTimeout(milliseconds: number): this;
  }
  class CacheConfiguration {
    setSqlSchema(schema: string): this;
  }
  class IgniteClientConfiguration {
    constructor(...endpoints: string[]);
    setConnectionOptions(useTls: boolean, options?: import('node:tls').ConnectionOptions): this;
    setUserName(name: string): this;
    setPassword(password: string): this;
  }
  class Timestamp extends Date {
    constructor(milliseconds: number, nanoseconds: number);
  }
  type Cursor = { getAll(): Promise<unknown[][]>; hasMore(): boolean; getValue(): Promise<unknown[]> };
  class CacheEntry {
    constructor(key: string, value: object);
  }
  class ComplexObjectType {
    constructor(example: object, name: string);
    setFieldType(field: string, type: number): this;
  }
  type Cache = {
    query(query: SqlFieldsQuery): Promise<Cursor>;
    setKeyType(type: number): Cache;
    setValueType(type: ComplexObjectType): Cache;
    putAll(entries: readonly CacheEntry[]): Promise<void>;
  };
  class IgniteClient {
    static SqlFieldsQuery: typeof SqlFieldsQuery;
    static CacheConfiguration: typeof CacheConfiguration;
    static IgniteClientConfiguration: typeof IgniteClientConfiguration;
    static Timestamp: typeof Timestamp;
    static CacheEntry: typeof CacheEntry;
    static ComplexObjectType: typeof ComplexObjectType;
    static ObjectType: { PRIMITIVE_TYPE: { STRING: number; TIMESTAMP: number } };
    static Errors: { OperationError: new () => Error };
    connect(configuration: IgniteClientConfiguration): Promise<void>;
    disconnect(): void;
    getCache(name: string): Cache;
    getOrCreateCache(name: string, configuration: CacheConfiguration): Promise<Cache>;
  }
  export default IgniteClient;
}
