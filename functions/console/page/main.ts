/** The frame of the page: which part is shown, in which language, and whether the server is heard. */
import { languages } from '../../orders/lifecycle.ts';
import { dashboards } from './dashboards.ts';
import { dead } from './dead.ts';
import { fill, h, option } from './dom.ts';
import { kafka } from './kafka.ts';
import { lab } from './lab.ts';
import { live } from './live.ts';
import { orders } from './order.ts';
import { listen, openSession, session, showsPersonal } from './server.ts';
import type { Shown } from './shown.ts';
import { tellFault } from './tell.ts';
import { language, speak, words } from './words.ts';

/** Each draws itself into an element. */
const parts = { live, orders, dashboards, kafka, dead, lab };

const [main, header] = [find('main'), find('header')];
let shown: Shown | undefined;
let connected = false;

function find(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`the page has no ${selector}`);
  return found;
}

const isPart = (name: string): name is keyof typeof parts => Object.hasOwn(parts, name);

const place = () => {
  const [name = '', ...rest] = location.hash.slice(1).split('/');
  return { name: isPart(name) ? name : ('live' as const), rest: rest.map(decodeURIComponent) };
};

function outside(href: string, text: string): HTMLElement {
  return h('a', { href, target: '_blank', rel: 'noopener', 'aria-label': `${text} (${words.newWindow})` }, text, ' ↗');
}

function personalSwitch(): HTMLElement {
  const on = { change: choosesPersonal };
  return h(
    'label',
    { class: 'personal' },
    h('input', { type: 'checkbox', 'aria-label': words.personal, checked: showsPersonal(), on }),
    h('span', {}, words.personal),
  );
}

function drawHeader() {
  const { name } = place();
  const links = Object.keys(parts)
    .filter(isPart)
    .map((part) => h('a', { href: `#${part}`, 'aria-current': part === name && 'page' }, words[part]));
  const choose = h(
    'select',
    { 'aria-label': words.language, on: { change: ({ currentTarget }) => choosesLanguage(currentTarget.value) } },
    languages.map((one) => option(one, one.toUpperCase(), language)),
  );
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
      personalSwitch(),
      h('span', { class: 'dot', role: 'img' }),
    ]),
  );
  drawConnection();
  // On a phone the parts do not fit side by side.
  header.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
}

/** Alone: whoever is at a link of the header stays there. */
function drawConnection() {
  const dot = find('.dot');
  const text = connected ? words.connected : words.disconnected;
  dot.className = `dot ${connected ? 'good' : 'bad'}`;
  dot.title = text;
  dot.setAttribute('aria-label', text);
}

function draw() {
  shown?.end?.();
  const { name, rest } = place();
  find('.skip').textContent = words.skip;
  drawHeader();
  fill(main);
  main.className = name;
  shown = parts[name](main, rest);
}

function choosesLanguage(name: string): void {
  localStorage.setItem('language', name);
  speak(name);
  draw();
}

function choosesPersonal(): void {
  localStorage.setItem('personal', String(!showsPersonal()));
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
      drawConnection();
    },
  );
}

begin().catch(tellFault);
