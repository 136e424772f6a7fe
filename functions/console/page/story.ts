/** One order's whole story, and its replay. */
import type { Answers } from '../api.ts';
import type { Replay } from '../story/replay.ts';
import type { Entry } from '../story/story.ts';
import { type Child, fault, fill, h, hint, put, section, table } from './dom.ts';
import { commandLabel, stateLabel } from './labels.ts';
import { get, session } from './server.ts';
import { called, dateTime, duration, number, say, time, words } from './words.ts';

/** Draws the story of the order of this id. */
export async function storyPart(root: HTMLElement, id: string): Promise<void> {
  const content = h('div', { class: 'story' }, hint(words.loading));
  put(root, h('p', {}, h('a', { href: '#orders' }, `← ${words.back}`)), content);
  try {
    fill(content, drawStory(await get('/api/order', { id })));
  } catch (error) {
    fill(content, fault(error));
  }
}

type Story = Answers['GET /api/order'];

const factsList = (facts: readonly (readonly [name: string, value: Child])[]) =>
  h(
    'dl',
    { class: 'facts' },
    facts.map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );

function orderFacts({ order, orderId }: Story): HTMLElement {
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
function way({ history }: Story): HTMLElement {
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

function drawStory(story: Story): Child[] {
  const { entries, missing } = story;
  const list = h('ol', { class: 'timeline' });
  const shown = new Set<string>(Object.keys(words.sources));
  const draw = () =>
    fill(
      list,
      entries.filter(({ source }) => shown.has(source)).map((entry) => drawEntry(entry, entries[0]?.at ?? 0)),
    );
  const toggle =
    (source: string) =>
    ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      if (currentTarget.checked) shown.add(source);
      else shown.delete(source);
      draw();
    };
  const boxes = Object.entries(words.sources).map(([source, label]) =>
    h(
      'label',
      { class: `badge ${source}` },
      h('input', { type: 'checkbox', checked: true, on: { change: toggle(source) } }),
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

function drawEntry(entry: Entry, start: number): HTMLElement {
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

const moments: readonly string[] = ['at', 'next_at', 'slot', 'kept_until', 'timestamp'];
const spans: readonly string[] = ['lateness', 'took', 'drift', 'delay'];
const stateNames: readonly string[] = ['from', 'to', 'state'];

/** A fact in words; undefined for one that says nothing. */
function factText([name, value]: readonly [string, Entry['facts'][string] | undefined]): string | undefined {
  if (value === '' || value === false || value === null || value === undefined || (name === 'retries' && value === 0))
    return undefined;
  const label = called(words.facts, name);
  if (value === true) return label;
  if (name === 'kept_until') return `${label} ${dateTime(Number(value))}`;
  if (moments.includes(name)) return `${label} ${Number(value) ? time(Number(value), 3) : value}`;
  if (spans.includes(name)) return `${label} ${duration(Number(value))}`;
  if (name === 'next') return `${label} ${commandLabel(String(value))}`;
  return `${label} ${stateNames.includes(name) ? stateLabel(String(value)) : value}`;
}

function replayPart(id: string): HTMLElement {
  const place = h('div', { 'aria-live': 'polite' });
  const run = async () => {
    fill(place, hint(words.loading));
    try {
      const { replay } = await get('/api/order', { id, replay: true });
      fill(place, replay && drawReplay(replay));
    } catch (error) {
      fill(place, fault(error));
    }
  };
  return section(words.replay, hint(words.replayHint), h('button', { on: { click: run } }, words.replay), place);
}

function drawReplay({ records, differences }: Replay): Child {
  if (differences.length === 0) return h('p', { class: 'good' }, say(words.replaySame, records));
  const text = (value: string | number | null): string => (value === null ? '–' : String(value));
  return [
    h('p', { class: 'bad' }, words.replayDiffers),
    table(
      words.replayDiffers,
      [[words.details], [words.recorded], [words.nowWould]],
      differences.map(({ about, recorded, now }) => [about, text(recorded), text(now)]),
    ),
  ];
}
