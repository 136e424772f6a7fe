/** Dead letters: looks at them, and sends them again. */
import { fill, h, put, section } from './dom.js';
import { drawContent } from './messages.js';
import { change, get } from './server.js';
import { tell } from './tell.js';
import { dateTime, number, say, words } from './words.js';

export function dead(root) {
  const list = h('div', { 'aria-live': 'polite' }, h('p', { class: 'hint' }, words.loading));
  async function load() {
    try {
      const letters = await get('/api/dead');
      if (letters.length === 0) fill(list, h('p', { class: 'hint' }, words.noDead));
      else
        fill(
          list,
          h(
            'ul',
            { class: 'messages' },
            letters.map((letter) => h('li', {}, drawLetter(letter))),
          ),
        );
    } catch (error) {
      fill(list, h('p', { class: 'bad' }, error.message));
    }
  }
  put(
    root,
    h('h1', { class: 'hidden' }, words.dead),
    section(
      words.dead,
      h('p', { class: 'hint' }, words.deadHint),
      h('p', {}, h('button', { onclick: load }, words.refresh)),
      list,
    ),
  );
  load();
}

const moment = (text = '') => Number(text) || Date.parse(text);

function drawLetter(letter) {
  const { topic, partition, offset, headers } = letter;
  const at = moment(headers['dead.at']);
  const source = headers['dead.topic'] ?? topic.replace(/\.dead$/, '');
  const summary = h(
    'summary',
    {},
    h('code', { class: 'place' }, `${topic} ${partition}:${offset}`),
    h('time', {}, at ? dateTime(at) : '–'),
    h('span', { class: 'reason' }, headers['dead.reason'] ?? '–'),
    h('small', {}, `${words.attempts}: ${number(Number(headers['dead.attempts'] ?? 1))}`),
  );
  const send = async ({ target }) => {
    if (!confirm(say(words.redriveAsk, source))) return;
    target.disabled = true;
    try {
      await change('POST', '/api/dead/redrive', { topic, partition, offset });
      tell(say(words.redriven, source));
    } catch (error) {
      target.disabled = false;
      tell(`${words.failed}: ${error.message}`, true);
    }
  };
  return h(
    'details',
    {},
    summary,
    h('p', {}, h('button', { class: 'main', onclick: send }, `${words.redrive} → ${source}`)),
    drawContent(letter),
  );
}
