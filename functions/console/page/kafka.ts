/** What is in Kafka: topics, groups, and their messages. */
import type { Cluster, GroupInfo, TopicInfo } from '../kafka/cluster.ts';
import { fault, fill, type Heading, h, hint, put, section, table } from './dom.ts';
import { messagesPart } from './messages.ts';
import { get, session } from './server.ts';
import type { Shown } from './shown.ts';
import { number, words } from './words.ts';

const searchBox = (input: () => void) =>
  h('input', { type: 'search', 'aria-label': words.filter, placeholder: words.filter, on: { input } });

const toolbar = (search: HTMLElement, box: HTMLElement, load: () => unknown) =>
  h(
    'div',
    { class: 'fields' },
    search,
    session.namespace && h('label', { class: 'check' }, box, words.allTopics),
    h('button', { on: { click: load } }, words.refresh),
  );

/** `#kafka/<topic>/<partition>/<offset>`, all but the first optional. */
export function kafka(root: HTMLElement, [topic, partition, offset]: readonly string[]): Shown {
  const box = h('input', { type: 'checkbox', on: { change: () => load() } });
  const search = searchBox(() => draw());
  const list = h('div', {});
  const groups = h('div', {});
  const chosen = h('div', { class: 'chosen' });
  let cluster: Cluster = { topics: [], groups: [] };

  function draw() {
    const wanted = cluster.topics.filter(({ name }) => name.includes(search.value.trim()));
    fill(list, topicsTable(wanted, topic));
    fill(groups, groupsTable(cluster.groups));
  }
  async function load() {
    try {
      cluster = await get('/api/cluster', { all: box.checked || undefined });
      draw();
      const one = cluster.topics.find(({ name }) => name === topic);
      if (one && chosen.childElementCount === 0)
        put(chosen, topicPart(one, cluster.groups), messagesPart(one, { partition, offset }));
    } catch (error) {
      fill(list, fault(error));
    }
  }

  fill(list, hint(words.loading));
  put(
    root,
    h('h1', { class: 'hidden' }, words.kafka),
    chosen,
    section(words.topics, toolbar(search, box, load), list),
    section(words.groups, groups),
  );
  load();
  return {};
}

const kept = ({ partitions }: TopicInfo): number => partitions.reduce((sum, { low, high }) => sum + high - low, 0);

const topicsTable = (topics: readonly TopicInfo[], chosen: string | undefined) =>
  table(
    words.topics,
    [[words.topic], [words.partitions, true], [words.records, true]],
    topics.map((topic) => [
      h(
        'a',
        { href: `#kafka/${topic.name}`, 'aria-current': topic.name === chosen && 'true' },
        h('code', {}, topic.name),
      ),
      number(topic.partitions.length),
      number(kept(topic)),
    ]),
  );

function topicPart({ name, partitions }: TopicInfo, groups: readonly GroupInfo[]): HTMLElement {
  const readers = groups.flatMap((group) =>
    group.topics.filter(({ topic }) => topic === name).map((topic) => ({ ...topic, group: group.name })),
  );
  const heads = readers.map(({ group }): Heading => [`${words.behind} ${group}`, true]);
  return section(
    name,
    table(
      words.partitions,
      [
        [words.partition],
        [words.oldest, true],
        [words.next, true],
        [words.records, true],
        [words.leader, true],
        ...heads,
      ],
      partitions.map(({ partition, low, high, leader }, index) => [
        String(partition),
        ...[low, high, high - low].map((value) => number(value)),
        String(leader),
        ...readers.map((reader) => number(reader.partitions[index]?.lag)),
      ]),
    ),
  );
}

const groupsTable = (groups: readonly GroupInfo[]) =>
  table(
    words.groups,
    [[words.group], [words.state], [words.members, true], [words.topic], [words.behind, true]],
    groups.map(({ name, state, members, topics }) => [
      h('code', {}, name),
      state,
      number(members),
      topics.map(({ topic }) => h('div', {}, h('a', { href: `#kafka/${topic}` }, h('code', {}, topic)))),
      topics.map(({ lag }) => h('div', {}, number(lag))),
    ]),
  );
