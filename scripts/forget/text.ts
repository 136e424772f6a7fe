import type { Forgotten } from '../../infra/forget/forget.ts';

const until = (milliseconds: number | undefined, now: number): string =>
  milliseconds === undefined
    ? 'for ever: each start sees to that, and only removing the topic ends it'
    : `until ${new Date(now + milliseconds).toISOString()} at the latest`;

/** What a person reads. @param now ms since 1970, when the last record of the customer may have been written */
export function forgottenText({ orders, letters, documents, kept, undone }: Forgotten, now: number): string {
  return [
    `Forgotten: ${orders} orders in Redis, ${letters} letters in the inbox, ${documents} documents in Elasticsearch.`,
    ...undone.map((reason) => `NOT DONE, run it again: ${reason}`),
    'Kafka keeps what it has of the customer:',
    ...kept.map(({ topic, milliseconds }) => `  ${topic}  ${until(milliseconds, now)}`),
  ].join('\n');
}
