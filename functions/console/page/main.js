/** The frame of the page: which part is shown, in which language, and whether the server is heard. */
import { dashboards } from './dashboards.js';
import { dead } from './dead.js';
import { fill, h } from './dom.js';
import { kafka } from './kafka.js';
import { lab } from './lab.js';
import { live } from './live.js';
import { orders } from './order.js';
import { listen, openSession, session } from './server.js';
import { tell } from './tell.js';
import { language, languages, speak, words } from './words.js';

/** Each part draws itself into an element, and may return what takes snapshots and what ends it. */
const parts = { live, orders, dashboards, kafka, dead, lab };

const main = document.getElementById('main');
const header = document.querySelector('header');
let shown;
let connected = false;

const place = () => {
  const [name, ...rest] = location.hash.slice(1).split('/');
  return { name: name in parts ? name : 'live', rest: rest.map(decodeURIComponent) };
};

function outside(href, text) {
  return h('a', { href, target: '_blank', rel: 'noopener', 'aria-label': `${text} (${words.newWindow})` }, text, ' ↗');
}

function drawHeader() {
  const { name } = place();
  const links = Object.keys(parts).map((part) =>
    h('a', { href: `#${part}`, 'aria-current': part === name && 'page' }, words[part]),
  );
  const choose = h(
    'select',
    { 'aria-label': words.language, onchange: ({ target }) => choosesLanguage(target.value) },
    languages.map((one) => h('option', { value: one, selected: one === language }, one.toUpperCase())),
  );
  const text = connected ? words.connected : words.disconnected;
  fill(
    header,
    h(
      'a',
      { class: 'brand', href: '#live' },
      h('img', { src: '/page/icon.svg', alt: '', width: 28, height: 28 }),
      'despacho',
    ),
    h('nav', { 'aria-label': words.nav }, links),
    h('div', { class: 'side' }, [
      outside(session.links.inbox, words.inbox),
      outside(session.links.kibana, 'Kibana'),
      choose,
      h('span', { class: `dot ${connected ? 'good' : 'bad'}`, role: 'img', 'aria-label': text, title: text }),
    ]),
  );
  // On a phone the parts do not fit side by side.
  header.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
}

function draw() {
  shown?.end?.();
  const { name, rest } = place();
  document.querySelector('.skip').textContent = words.skip;
  drawHeader();
  fill(main);
  main.className = name;
  shown = parts[name](main, rest);
}

function choosesLanguage(name) {
  localStorage.setItem('language', name);
  speak(name);
  draw();
}

async function begin() {
  await openSession();
  speak(localStorage.getItem('language') ?? session.language);
  addEventListener('hashchange', () => {
    draw();
    main.focus({ preventScroll: true });
    scrollTo(0, 0);
  });
  draw();
  listen(
    (snapshot) => shown?.take?.(snapshot),
    (there) => {
      connected = there;
      drawHeader();
    },
  );
}

begin().catch((error) => tell(`${words.failed}: ${error.message}`, true));
