/** Reads one topic's messages: by offset, time or key. */

import type { TopicInfo } from '../kafka/cluster.ts';
import type { Message, Page } from '../kafka/page.ts';
import { type Child, fault, field, fill, h, hint, option, section } from './dom.ts';
import { get } from './server.ts';
import { dateTime, number, say, words } from './words.ts';

/** JSON indented; anything else as it is. */
function pretty(value: string | null): string {
  if (value === null) return words.tombstone;
  try {
    return JSON.stringify(JSON.parse(value), null, 2);
  } catch {
    return value;
  }
}

type Start = Readonly<{ partition: string | undefined; offset: string | undefined }>;
type Asked = Readonly<{ partition?: number; offset?: number | string; time?: number }>;

function startPart(start: Start) {
  const chosen = start.offset === undefined ? 'end' : 'offset';
  const choice = [
    option('end', words.fromEnd, chosen),
    option('offset', words.fromOffset, chosen),
    option('time', words.fromTime, chosen),
  ];
  const from = h('select', { on: { change: show } }, choice);
  const offset = h('input', { type: 'number', min: 0, value: start.offset ?? 0 });
  const moment = h('input', { type: 'datetime-local', step: 1 });
  const [offsetField, momentField] = [field(words.offset, offset), field(words.time, moment)];
  function show() {
    offsetField.hidden = from.value !== 'offset';
    momentField.hidden = from.value !== 'time';
  }
  show();
  return {
    fields: [field(words.from, from), offsetField, momentField],
    asked(): Asked {
      if (from.value === 'offset') return { offset: offset.value };
      return from.value === 'time' && moment.value ? { time: new Date(moment.value).getTime() } : {};
    },
  };
}

/** The newest first, unless somebody asked for a place to read on from. */
const inOrder = (page: Page, { offset, time }: Asked): Page =>
  offset === undefined && time === undefined ? { ...page, messages: page.messages.toReversed() } : page;

/** @param start where to begin: `partition` and `offset`, both optional */
export function messagesPart({ name: topic, partitions }: TopicInfo, start: Start): HTMLElement {
  const from = startPart(start);
  const one = partitions.map(({ partition: id }) => option(String(id), String(id), start.partition));
  const partition = h('select', {}, option('', words.all), one);
  const key = h('input', { type: 'text', autocomplete: 'off', spellcheck: 'false' });
  const place = h('div', { 'aria-live': 'polite' });

  // An answer that comes after a later question is nobody's any more.
  let asks = 0;
  async function read(asked: Asked) {
    const own = ++asks;
    fill(place, hint(words.loading));
    try {
      const page = await get('/api/messages', {
        topic,
        partition: partition.value,
        key: key.value,
        limit: 50,
        ...asked,
      });
      if (own !== asks) return;
      fill(place, drawPage(inOrder(page, asked), start.offset, read));
    } catch (error) {
      fill(place, fault(error));
    }
  }

  read(from.asked());
  const form = h(
    'form',
    { class: 'fields', on: { submit: (event) => event.preventDefault() ?? read(from.asked()) } },
    from.fields,
    field(words.partition, partition),
    field(words.key, key, words.keyHint),
    h('button', { class: 'main' }, words.read),
  );
  return section(words.browse, form, place);
}

/** One page; the buttons go on from where it ends, which with several partitions is per partition. */
function drawPage({ messages, spans }: Page, marked: string | undefined, read: (asked: Asked) => unknown): Child[] {
  const [span] = spans;
  const buttons = spans.length === 1 &&
    span && [
      h(
        'button',
        {
          type: 'button',
          disabled: span.from <= span.low,
          on: { click: () => read({ partition: span.partition, offset: Math.max(span.low, span.from - 50) }) },
        },
        words.older,
      ),
      h(
        'button',
        {
          type: 'button',
          disabled: span.to >= span.high,
          on: { click: () => read({ partition: span.partition, offset: span.to }) },
        },
        words.newer,
      ),
    ];
  const range = spans
    .map(({ partition, from, to, high }) => `${partition}: ${number(from)}–${number(to)} / ${number(high)}`)
    .join(' · ');
  return [
    hint(range),
    messages.length === 0 && hint(words.none),
    h(
      'ul',
      { class: 'messages' },
      messages.map((message) => h('li', {}, drawMessage(message, String(message.offset) === marked))),
    ),
    buttons && h('p', { class: 'fields' }, buttons),
  ];
}

function drawMessage(message: Message, open: boolean): HTMLElement {
  const { partition, offset, timestamp, key, value, size } = message;
  const summary = h(
    'summary',
    {},
    h('code', { class: 'place' }, `${partition}:${offset}`),
    h('time', {}, dateTime(timestamp)),
    h('code', { class: 'key' }, key ?? '–'),
    h('code', { class: 'value' }, (value ?? words.tombstone).slice(0, 200)),
  );
  return h(
    'details',
    { open },
    summary,
    drawContent(message),
    h('p', { class: 'hint' }, say(words.bytes, number(size)), size > 65_536 && ` · ${words.cut}`),
  );
}

/** Headers and value. */
export function drawContent({ headers, value }: Pick<Message, 'headers' | 'value'>): Child[] {
  const names = Object.entries(headers);
  return [
    names.length > 0 && [
      h('h4', {}, words.headers),
      h(
        'dl',
        { class: 'facts' },
        names.map(([name, text]) =>
          h('div', { class: text.length > 80 ? 'long' : null }, h('dt', {}, name), h('dd', {}, text)),
        ),
      ),
    ],
    h('h4', {}, words.value),
    h('pre', { tabindex: 0 }, pretty(value)),
  ];
}
