/** The story as a person reads it in a terminal. */
import type { Replay } from '../../functions/console/story/replay.ts';
import type { Entry, Story } from '../../functions/console/story/story.ts';
import { type Language, states } from '../../functions/orders/lifecycle.ts';
import { harmless } from '../../functions/text.ts';

const what: Readonly<Record<Entry['kind'], string>> = {
  placed: 'order accepted',
  command: 'command',
  event: 'event',
  'dead letter': 'DEAD LETTER',
  armed: 'state and next step stored',
  fired: 'timer fired',
  due: 'next step due',
  sent: 'e-mail sent',
  transition: 'metrics of the transition',
  'e-mail document': 'metrics of the e-mail',
  invocation: 'invocation',
  state: 'state now',
};

const clock = (milliseconds: number): string => new Date(milliseconds).toISOString().slice(11, 23);
const moments = new Set(['at', 'next_at', 'slot']);

function numberText(name: string, value: number): string {
  if (moments.has(name)) return clock(value);
  return name === 'kept_until' ? new Date(value).toISOString().slice(0, 19) : String(value);
}

function factsText(facts: Entry['facts']): string {
  const texts = Object.entries(facts).flatMap(([name, value]) => {
    if (value === '' || value === null || value === false) return [];
    const shown = typeof value === 'number' ? numberText(name, value) : String(value);
    return [`${name} ${shown.replaceAll('\n', ' ')}`];
  });
  return texts.join(', ');
}

function line(entry: Entry, start: number): string {
  const { at, source, kind, command, version, again, place, facts } = entry;
  const title = kind === 'sent' && source === 'Redis' ? 'e-mail marked as sent' : what[kind];
  const step = [command, version && `step ${version}`].filter(Boolean).join(' ');
  const seconds = `+${((at - start) / 1000).toFixed(3)}`;
  return [
    clock(at),
    seconds.padStart(9),
    source.padEnd(13),
    [
      title + (again ? ' AGAIN' : ''),
      step,
      place && `${place.topic} partition ${place.partition} offset ${place.offset}`,
      factsText(facts),
    ]
      .filter(Boolean)
      .join(' · '),
  ].join('  ');
}

/** Every entry a line, after what was ordered. Times are UTC. */
export function storyText({ orderId, order, history, entries, missing }: Story, language: Language): string {
  const state = history.at(-1)?.to;
  const start = entries[0]?.at ?? 0;
  const repeats = entries.filter(({ again }) => again).length;
  const text = [
    `Order ${orderId}${state ? `: ${states[state].label[language]}` : ''}`,
    ...(order ? [`${order.product}, ${order.price}, ${order.region}${order.run ? `, run ${order.run}` : ''}`] : []),
    `${new Date(start).toISOString().slice(0, 10)} (UTC), ${entries.length} entries, ${repeats} of them again`,
    '',
    ...entries.map((entry) => line(entry, start)),
    ...missing.map(({ source, reason }) => `${source} could not be asked: ${reason}`),
  ];
  return text.map(harmless).join('\n');
}

/** One line where nothing differs, else a line more for each difference. */
export function replayText({ records, differences }: Replay): string {
  if (differences.length === 0) return `Replay: the functions would do the same today with its ${records} records.`;
  const lines = differences.map(
    ({ about, recorded, now }) => `  ${about}: was ${recorded ?? 'none'}, now ${now ?? 'none'}`,
  );
  return [`Replay: the functions would do otherwise today (${records} records):`, ...lines].map(harmless).join('\n');
}
