/** Starts and stops a load. */
import type { Load } from '../snapshot.ts';
import type { LivePart } from './counts.ts';
import { field, fill, h, option, section } from './dom.ts';
import { change } from './server.ts';
import { act } from './tell.ts';
import { number, say, words } from './words.ts';

/** What the form begins with. Kept while the page is open, whatever part is shown. */
const chosen = { distribution: 'burst', rate: 20, duration: 30, clock: 10 };

const input = (name: 'rate' | 'duration' | 'clock', most: number) =>
  h('input', {
    name,
    type: 'number',
    min: name === 'duration' ? 1 : 0.1,
    max: most,
    step: 'any',
    required: true,
    value: chosen[name],
  });

const ended = (text: string) => (load: { run: string } | null) => say(text, load?.run ?? '');

function begin(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
  event.preventDefault();
  const given = new FormData(event.currentTarget);
  chosen.distribution = String(given.get('distribution'));
  for (const name of ['rate', 'duration', 'clock'] as const) chosen[name] = Number(given.get(name));
  const body = { ...chosen, seed: Math.floor(Math.random() * 1e9) };
  return act(() => change('POST', '/api/load', body), ended(words.started));
}

/** What a load has done so far, in words. */
function lineOf({ run, state, sent, planned, acknowledged, failed, notSent, about }: Load) {
  const lost = failed + notSent;
  return [
    `${run} · ${words.loadStates[state]} · ${say(words.sentOf, number(sent), number(planned), number(acknowledged))}`,
    lost > 0 && ` · ${say(words.notSentToo, number(lost))}`,
    about && ` · ${about}`,
  ];
}

/** Every load gets a new random seed. The fields' upper limits are those of `loadSchema`. */
export function loadPanel(): LivePart {
  const choice = Object.entries(words.distributions).map(([name, label]) => option(name, label, chosen.distribution));
  const start = h('button', { class: 'main' }, words.start);
  const stop = h(
    'button',
    { type: 'button', on: { click: () => act(() => change('DELETE', '/api/load'), ended(words.stopped)) } },
    words.stop,
  );
  const bar = h('progress', { max: 1, value: 0, 'aria-label': words.load });
  const line = h('p', { class: 'hint' });

  const form = h(
    'form',
    { class: 'fields', on: { submit: begin } },
    field(words.distribution, h('select', { name: 'distribution' }, choice)),
    field(words.rate, input('rate', 10_000)),
    field(words.duration, input('duration', 3600)),
    field(words.clock, input('clock', 1_000_000), words.clockHint),
    start,
    stop,
  );
  return {
    element: section(words.load, form, bar, line),
    take({ load }) {
      const running = load?.state === 'running' || load?.state === 'stopping';
      start.disabled = running;
      stop.disabled = load?.state !== 'running';
      bar.hidden = line.hidden = !load;
      if (!load) return;
      bar.max = Math.max(1, load.planned);
      bar.value = load.sent + load.notSent;
      fill(line, ...lineOf(load));
    },
  };
}
