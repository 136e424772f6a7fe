/** One order's whole story, and its replay. */
import { fill, h, put, section, table } from './dom.js';
import { commandLabel, stateLabel } from './labels.js';
import { get, session } from './server.js';
import { dateTime, duration, number, say, time, words } from './words.js';

/** Draws the story of the order of this id. */
export async function storyPart(root, id) {
  const content = h('div', { class: 'story' }, h('p', { class: 'hint' }, words.loading));
  put(root, h('p', {}, h('a', { href: '#orders' }, `← ${words.back}`)), content);
  try {
    fill(content, drawStory(await get('/api/order', { id })));
  } catch (error) {
    fill(content, h('p', { class: 'bad' }, error.message));
  }
}

const factsList = (facts) =>
  h(
    'dl',
    { class: 'facts' },
    facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );

function orderFacts({ order, orderId }) {
  if (!order) return factsList([[words.order, h('code', {}, orderId)]]);
  return factsList([
    [words.order, h('code', {}, orderId)],
    [words.product, order.product],
    [words.price, number(order.price, 2)],
    [words.email, order.email],
    [words.address, `${order.address}, ${order.region}`],
    [words.gateway, order.gateway],
    [words.card, `${order.cardBrand}, ${order.bank}`],
    [words.placedAt, dateTime(order.placedAt)],
    [words.estimate, dateTime(order.estimatedAt)],
    [words.run, order.run || '–'],
  ]);
}

/** The states that the order went through, in their order, with the time spent in each. */
function way({ history }) {
  return h(
    'ol',
    { class: 'way' },
    history.map(({ to, at, command }, index) => {
      const left = history[index + 1]?.at;
      return h(
        'li',
        { class: `state ${to} ${command === 'setback' ? 'setback' : ''}` },
        h('span', {}, stateLabel(to)),
        h('strong', {}, time(at)),
        h('small', {}, left ? duration(left - at) : ' '),
      );
    }),
  );
}

function drawStory(story) {
  const { entries, missing } = story;
  const list = h('ol', { class: 'timeline' });
  const shown = new Set(Object.keys(words.sources));
  const draw = () =>
    fill(
      list,
      entries.filter(({ source }) => shown.has(source)).map((entry) => drawEntry(entry, entries[0]?.at ?? 0)),
    );
  const toggle =
    (source) =>
    ({ target }) => {
      if (target.checked) shown.add(source);
      else shown.delete(source);
      draw();
    };
  const boxes = Object.entries(words.sources).map(([source, label]) =>
    h(
      'label',
      { class: `badge ${source}` },
      h('input', { type: 'checkbox', checked: true, onchange: toggle(source) }),
      label,
    ),
  );
  draw();
  return [
    h('h1', {}, words.story),
    section(words.order, orderFacts(story), way(story)),
    replayPart(story.orderId),
    section(
      words.timeline,
      h('fieldset', { class: 'filters' }, h('legend', {}, words.show), boxes),
      missing.map(({ source, reason }) =>
        h('p', { class: 'bad' }, say(words.sourceMissing, words.sources[source], reason)),
      ),
      list,
    ),
  ];
}

function drawEntry(entry, start) {
  const { at, source, kind, command, version, again, place, facts } = entry;
  const title = kind === 'sent' && source === 'Redis' ? words.kinds.mark : words.kinds[kind];
  const { page, ...rest } = facts;
  const told = Object.entries(rest).map(factText).filter(Boolean).join(' · ');
  return h(
    'li',
    { class: again ? 'again' : null },
    h('time', { datetime: new Date(at).toISOString() }, time(at, 3), h('small', {}, `+${duration(at - start)}`)),
    h('span', { class: `badge ${source}` }, words.sources[source]),
    h('div', {}, [
      h('strong', {}, title),
      version && ` · ${say(words.step, version)}`,
      command && ` · ${commandLabel(command)}`,
      again && h('span', { class: 'flag' }, words.again),
      page && [' · ', h('a', { href: page, target: '_blank', rel: 'noopener' }, words.show, ' ↗')],
      place &&
        h(
          'p',
          { class: 'place' },
          h(
            'a',
            { href: `#kafka/${session.namespace}${place.topic}/${place.partition}/${place.offset}` },
            `${place.topic} · ${words.partition.toLowerCase()} ${place.partition} · offset ${place.offset}`,
          ),
        ),
      told && h('p', { class: 'hint' }, told),
    ]),
  );
}

const moments = ['at', 'next_at', 'slot', 'kept_until', 'timestamp'];
const spans = ['lateness', 'took', 'drift', 'delay'];
const stateNames = ['from', 'to', 'state'];

/** A fact in words; undefined for one that says nothing. */
function factText([name, value]) {
  if (value === '' || value === false || value === null || (name === 'retries' && value === 0)) return undefined;
  const label = words.facts[name] ?? name;
  if (value === true) return label;
  if (name === 'kept_until') return `${label} ${dateTime(value)}`;
  if (moments.includes(name)) return `${label} ${Number(value) ? time(Number(value), 3) : value}`;
  if (spans.includes(name)) return `${label} ${duration(value)}`;
  if (name === 'next') return `${label} ${commandLabel(value)}`;
  return `${label} ${stateNames.includes(name) ? stateLabel(value) : value}`;
}

function replayPart(id) {
  const place = h('div', { 'aria-live': 'polite' });
  const run = async () => {
    fill(place, h('p', { class: 'hint' }, words.loading));
    try {
      const { replay } = await get('/api/order', { id, replay: true });
      fill(place, drawReplay(replay));
    } catch (error) {
      fill(place, h('p', { class: 'bad' }, error.message));
    }
  };
  return section(
    words.replay,
    h('p', { class: 'hint' }, words.replayHint),
    h('button', { onclick: run }, words.replay),
    place,
  );
}

function drawReplay({ records, differences }) {
  if (differences.length === 0) return h('p', { class: 'good' }, say(words.replaySame, records));
  const text = (value) => (value === null ? '–' : String(value));
  return [
    h('p', { class: 'bad' }, words.replayDiffers),
    table(
      words.replayDiffers,
      [[words.details], [words.recorded], [words.nowWould]],
      differences.map(({ about, recorded, now }) => [about, text(recorded), text(now)]),
    ),
  ];
}
