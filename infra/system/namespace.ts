import type { Admin } from 'kafkajs';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import type { Settings } from '../../functions/settings.ts';
import { connectKafka, withAdmin } from '../kafkajs/kafkaClient.ts';
import { indexTemplates } from '../kibana/templates.ts';

/**
 * Removes everything that a system with a namespace of its own has left in the engines; e-mails stay in the inbox.
 * @throws Error for the system without a namespace, whose data it would be
 */
export async function removeNamespace(settings: Settings): Promise<void> {
  const { namespace } = settings;
  if (namespace === '') throw new Error('Only a system with a DESPACHO_NAMESPACE of its own can be removed');
  await Promise.all([removeTopics(settings), removeKeys(settings), removeIndices(settings)]);
}

const removeTopics = (settings: Settings): Promise<void> =>
  withAdmin(connectKafka(settings, 'despacho-namespace', 'answersSoon'), async (admin) => {
    const { namespace } = settings;
    await removeGroups(admin, namespace);
    await admin.deleteTopics({ topics: (await admin.listTopics()).filter((name) => name.startsWith(namespace)) });
  });

/** A process that was killed is a member for some seconds more: Kafka forgets such a group later, without its topics. */
async function removeGroups(admin: Admin, namespace: string): Promise<void> {
  const { groups } = await admin.listGroups();
  const own = groups.map(({ groupId }) => groupId).filter((name) => name.startsWith(namespace));
  await admin.deleteGroups(own).catch((error) => {
    if (error.name !== 'KafkaJSDeleteGroupsError') throw error;
  });
}

/** A system that runs takes it for a Redis that has forgotten, and brings it up to the log. */
export async function removeKeys(settings: Settings): Promise<void> {
  const redis = connectRedis(settings);
  try {
    for await (const keys of redis.scanStream({ match: `${settings.namespace}*`, count: 1000 })) {
      if (keys.length > 0) await redis.unlink(keys);
    }
  } finally {
    await redis.quit();
  }
}

/** The templates too. All at once: one by one costs Elasticsearch five times as much, a new state of the cluster for each. */
export async function removeIndices(settings: Settings): Promise<void> {
  const client = connectElasticsearch(settings);
  const names = indexTemplates(settings.namespace).map(({ name }) => name);
  try {
    await client.indices.delete({ index: names, ignore_unavailable: true });
    await Promise.all(names.map((name) => client.indices.deleteIndexTemplate({ name }, { ignore: [404] })));
  } finally {
    await client.close();
  }
}
