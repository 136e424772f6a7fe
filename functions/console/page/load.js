/** Starts and stops a load. */
import { field, fill, h, section } from './dom.js';
import { change } from './server.js';
import { tell } from './tell.js';
import { number, say, words } from './words.js';

/** What the form begins with. Kept while the page is open, whatever part is shown. */
const chosen = { distribution: 'burst', rate: 20, duration: 30, clock: 10 };

const input = (name, most) =>
  h('input', {
    name,
    type: 'number',
    min: name === 'duration' ? 1 : 0.1,
    max: most,
    step: 'any',
    required: true,
    value: chosen[name],
  });

export function loadPanel() {
  const choice = Object.entries(words.distributions).map(([name, label]) =>
    h('option', { value: name, selected: name === chosen.distribution }, label),
  );
  const start = h('button', { class: 'main' }, words.start);
  const stop = h(
    'button',
    { type: 'button', onclick: () => act(() => change('DELETE', '/api/load'), words.stopped) },
    words.stop,
  );
  const bar = h('progress', { max: 1, value: 0, 'aria-label': words.load });
  const line = h('p', { class: 'hint' });

  async function act(work, text) {
    try {
      const load = await work();
      tell(say(text, load?.run));
    } catch (error) {
      tell(`${words.failed}: ${error.message}`, true);
    }
  }

  const submit = (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(event.target));
    const body = { distribution: given.distribution, seed: Math.floor(Math.random() * 1e9) };
    for (const name of ['rate', 'duration', 'clock']) body[name] = Number(given[name]);
    Object.assign(chosen, body);
    return act(() => change('POST', '/api/load', body), words.started);
  };

  const form = h(
    'form',
    { class: 'fields', onsubmit: submit },
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
      const lost = load.failed + load.notSent;
      fill(
        line,
        `${load.run} · ${words.loadStates[load.state]} · ${say(words.sentOf, number(load.sent), number(load.planned), number(load.acknowledged))}`,
        lost > 0 && ` · ${say(words.notSentToo, number(lost))}`,
        load.about && ` · ${load.about}`,
      );
    },
  };
}
