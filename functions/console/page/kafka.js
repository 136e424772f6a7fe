/** What is in Kafka: topics, groups, and their messages. */
import { fill, h, put, section, table } from './dom.js';
import { messagesPart } from './messages.js';
import { get, session } from './server.js';
import { number, words } from './words.js';

/** `#kafka/<topic>/<partition>/<offset>`, all but the first optional. */
export function kafka(root, [topic, partition, offset]) {
  const box = h('input', { type: 'checkbox', onchange: () => load() });
  const search = h('input', {
    type: 'search',
    'aria-label': words.filter,
    placeholder: words.filter,
    oninput: () => draw(),
  });
  const list = h('div', {});
  const groups = h('div', {});
  const chosen = h('div', { class: 'chosen' });
  let cluster = { topics: [], groups: [] };

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
      fill(list, h('p', { class: 'bad' }, error.message));
    }
  }

  fill(list, h('p', { class: 'hint' }, words.loading));
  put(
    root,
    h('h1', { class: 'hidden' }, words.kafka),
    chosen,
    section(
      words.topics,
      h(
        'div',
        { class: 'fields' },
        search,
        session.namespace && h('label', { class: 'check' }, box, words.allTopics),
        h('button', { onclick: load }, words.refresh),
      ),
      list,
    ),
    section(words.groups, groups),
  );
  load();
}

const kept = ({ partitions }) => partitions.reduce((sum, { low, high }) => sum + high - low, 0);

const topicsTable = (topics, chosen) =>
  table(
    words.topics,
    [[words.topic], [words.partitions, 1], [words.records, 1]],
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

function topicPart({ name, partitions }, groups) {
  const readers = groups.flatMap((group) =>
    group.topics.filter(({ topic }) => topic === name).map((topic) => ({ ...topic, group: group.name })),
  );
  const heads = readers.map(({ group }) => [`${words.behind} ${group}`, 1]);
  return section(
    name,
    table(
      words.partitions,
      [[words.partition], [words.oldest, 1], [words.next, 1], [words.records, 1], [words.leader, 1], ...heads],
      partitions.map(({ partition, low, high, leader }, index) => [
        String(partition),
        ...[low, high, high - low].map((value) => number(value)),
        String(leader),
        ...readers.map((reader) => number(reader.partitions[index]?.lag)),
      ]),
    ),
  );
}

const groupsTable = (groups) =>
  table(
    words.groups,
    [[words.group], [words.state], [words.members, 1], [words.topic], [words.behind, 1]],
    groups.map(({ name, state, members, topics }) => [
      h('code', {}, name),
      state,
      number(members),
      topics.map(({ topic }) => h('div', {}, h('a', { href: `#kafka/${topic}` }, h('code', {}, topic)))),
      topics.map(({ lag }) => h('div', {}, number(lag))),
    ]),
  );
