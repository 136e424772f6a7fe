import { behaviour, failureOf, type Scene } from './scene.ts';

const topicKind = 2;

async function shape(scene: Scene, topic: string) {
  const { topics } = await scene.admin.fetchTopicMetadata({ topics: [topic] });
  return topics[0]?.partitions
    .map(({ partitionId, leader, replicas, isr, partitionErrorCode }) => ({
      partitionId,
      leader,
      replicas,
      isr,
      partitionErrorCode,
    }))
    .sort((one, other) => one.partitionId - other.partitionId);
}

const create = (scene: Scene, of: object) =>
  scene.admin.createTopics({ topics: [{ topic: scene.name(), ...of }], waitForLeaders: false });

/** A broker hears a little later of what its controller has done. */
async function untilShape(scene: Scene, topic: string, partitions: number) {
  await scene.until(async () => (await shape(scene, topic))?.length === partitions);
  return shape(scene, topic);
}

const isListed = async (scene: Scene, topic: string) => (await scene.admin.listTopics()).includes(topic);

async function untilSetting(scene: Scene, topic: string, name: string, value: string) {
  await scene.until(async () => (await settings(scene, topic, [name]))?.[0]?.[1] === value);
}

async function settings(scene: Scene, topic: string, configNames: string[]) {
  const { resources } = await scene.admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: topicKind, name: topic, configNames }],
  });
  return resources[0]?.configEntries.map((entry) => [entry.configName, entry.configValue, entry.isDefault]).sort();
}

const alter = (scene: Scene, topic: string, name: string, value: string) =>
  scene.admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: topicKind, name: topic, configEntries: [{ name, value }] }],
  });

export const topicBehaviours = [
  behaviour('a topic has the partitions that it is made with', async (scene) => shape(scene, await scene.topic(3))),
  behaviour('a topic that is there already is not made again', async (scene) => {
    const topic = await scene.topic();
    return scene.admin.createTopics({ topics: [{ topic }] });
  }),
  behaviour('a topic of an illegal name is refused', (scene) => failureOf(create(scene, { topic: 'no/way' }))),
  behaviour('a topic named . is refused', (scene) => failureOf(create(scene, { topic: '.' }))),
  behaviour('a topic of too long a name is refused', (scene) => failureOf(create(scene, { topic: 'x'.repeat(250) }))),
  behaviour('a topic without partitions is refused', (scene) => failureOf(create(scene, { numPartitions: 0 }))),
  behaviour('more replicas than brokers are refused', (scene) => failureOf(create(scene, { replicationFactor: 9 }))),
  behaviour('no replicas are refused', (scene) => failureOf(create(scene, { replicationFactor: 0 }))),
  behaviour('an unknown setting is refused', (scene) =>
    failureOf(create(scene, { configEntries: [{ name: 'no.such', value: '1' }] })),
  ),
  behaviour('a setting of a wrong value is refused', (scene) =>
    failureOf(create(scene, { configEntries: [{ name: 'retention.ms', value: 'soon' }] })),
  ),
  behaviour('a topic that is only validated is not made', async (scene) => {
    const topic = scene.name();
    const made = await scene.admin.createTopics({ topics: [{ topic }], validateOnly: true, waitForLeaders: false });
    return { made, there: await isListed(scene, topic) };
  }),
  behaviour('topics are listed', async (scene) => isListed(scene, await scene.topic())),
  behaviour('a topic that is made is listed, and one that is deleted is not', async (scene) => {
    const topic = await scene.topic();
    const before = await isListed(scene, topic);
    await scene.admin.deleteTopics({ topics: [topic] });
    await scene.until(async () => !(await isListed(scene, topic)));
    return before;
  }),
  behaviour('an unknown topic cannot be deleted', async (scene) =>
    failureOf((await scene.broker()).deleteTopics({ topics: [scene.name()] })),
  ),
  behaviour('the metadata of an unknown topic is an error', async (scene) =>
    failureOf((await scene.broker()).metadata([scene.name()])),
  ),
  behaviour('the metadata of a topic of an illegal name is an error', async (scene) =>
    failureOf((await scene.broker()).metadata(['no/way'])),
  ),
  behaviour('a topic grows', async (scene) => {
    const topic = await scene.topic(1);
    await scene.admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] });
    return untilShape(scene, topic, 3);
  }),
  behaviour('a topic does not shrink', async (scene) => {
    const topic = await scene.topic(3);
    const broker = await scene.broker();
    return failureOf(broker.createPartitions({ topicPartitions: [{ topic, count: 2 }] }));
  }),
  behaviour('a topic does not grow to what it has', async (scene) => {
    const topic = await scene.topic(3);
    const broker = await scene.broker();
    return failureOf(broker.createPartitions({ topicPartitions: [{ topic, count: 3 }] }));
  }),
  behaviour('growth that is only validated changes nothing', async (scene) => {
    const topic = await scene.topic(1);
    await scene.admin.createPartitions({ topicPartitions: [{ topic, count: 3 }], validateOnly: true });
    return shape(scene, topic);
  }),
  behaviour('a topic made anew starts at 0', async (scene) => {
    const topic = await scene.topic();
    await scene.send(topic, [{ value: 'a' }, { value: 'b' }]);
    const before = await scene.ends(topic);
    await scene.admin.deleteTopics({ topics: [topic] });
    await scene.until(async () => !(await isListed(scene, topic)));
    await scene.createTopic({ topic, numPartitions: 1 });
    return [before, await scene.ends(topic)];
  }),
  behaviour('a topic has the usual settings', async (scene) =>
    settings(scene, await scene.topic(), [
      'cleanup.policy',
      'compression.type',
      'max.message.bytes',
      'message.timestamp.type',
      'message.timestamp.after.max.ms',
      'message.timestamp.before.max.ms',
      'retention.bytes',
      'retention.ms',
    ]),
  ),
  behaviour('a topic has the settings that it is made with', async (scene) =>
    settings(scene, await scene.topic(1, { 'retention.ms': '1234' }), ['retention.ms', 'max.message.bytes']),
  ),
  behaviour('a setting can be changed', async (scene) => {
    const topic = await scene.topic(1);
    await alter(scene, topic, 'max.message.bytes', '2000');
    await untilSetting(scene, topic, 'max.message.bytes', '2000');
    return settings(scene, topic, ['max.message.bytes']);
  }),
  behaviour('settings that are changed replace the others', async (scene) => {
    const topic = await scene.topic(1, { 'retention.ms': '1234' });
    await alter(scene, topic, 'max.message.bytes', '2000');
    await untilSetting(scene, topic, 'max.message.bytes', '2000');
    return settings(scene, topic, ['retention.ms', 'max.message.bytes']);
  }),
  behaviour('an unknown setting cannot be changed', async (scene) =>
    failureOf(alter(scene, await scene.topic(1), 'no.such', '1')),
  ),
  behaviour('a setting cannot be changed to a wrong value', async (scene) =>
    failureOf(alter(scene, await scene.topic(1), 'retention.ms', 'soon')),
  ),
  behaviour('settings of an unknown topic cannot be seen', (scene) => failureOf(settings(scene, scene.name(), []))),
  behaviour('settings of an unknown topic cannot be changed', (scene) =>
    failureOf(alter(scene, scene.name(), 'retention.ms', '1')),
  ),
];
