/** Metric documents that no event tells (invocations, e-mails): with the events, what Elasticsearch is rebuilt from. */
export const documentsTopic = 'metrics.documents';

/** Documents of any kind that Elasticsearch could not take yet. */
export const pendingTopic = 'metrics.pending';
