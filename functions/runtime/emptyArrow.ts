/** Stands in for Apache Arrow, a megabyte that the Elasticsearch client loads for helpers that no function uses. */
export {};
