/** Dead letters: looks at them, and sends them again. */
import type { DeadLetter } from '../kafka/dead.ts';
import { fault, fill, h, hint, put, section } from './dom.ts';
import { drawContent } from './messages.ts';
import { change, get } from './server.ts';
import type { Shown } from './shown.ts';
import { tell, tellFault } from './tell.ts';
import { dateTime, number, say, words } from './words.ts';

/** Reads the letters when it opens and on the button only: one that was redriven stays in the list until then. */
export function dead(root: HTMLElement): Shown {
  const list = h('div', { 'aria-live': 'polite' }, hint(words.loading));
  async function load() {
    try {
      const letters = await get('/api/dead');
      if (letters.length === 0) fill(list, hint(words.noDead));
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
      fill(list, fault(error));
    }
  }
  put(
    root,
    h('h1', { class: 'hidden' }, words.dead),
    section(words.dead, hint(words.deadHint), h('p', {}, h('button', { on: { click: load } }, words.refresh)), list),
  );
  load();
  return {};
}

const moment = (text = '') => Number(text) || Date.parse(text);

function drawLetter(letter: DeadLetter): HTMLElement {
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
  const send = async ({ currentTarget: button }: { currentTarget: HTMLButtonElement }) => {
    if (!confirm(say(words.redriveAsk, source))) return;
    button.disabled = true;
    try {
      await change('POST', '/api/dead/redrive', { topic, partition, offset });
      tell(say(words.redriven, source));
    } catch (error) {
      button.disabled = false;
      tellFault(error);
    }
  };
  return h(
    'details',
    {},
    summary,
    h('p', {}, h('button', { class: 'main', on: { click: send } }, `${words.redrive} → ${source}`)),
    drawContent(letter),
  );
}
