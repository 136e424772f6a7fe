/** Every metric document, as the invocation that it describes has written it: what Elasticsearch is filled from. */
export const documentsTopic = 'metrics.documents';
