/** Shows messages as they come, in the browser. */
import type { Frame, Shown } from '../viewer.ts';

const words = {
  es: {
    title: 'Mensajes en vivo',
    other: 'English',
    produced: 'producidos por segundo',
    shown: 'mostrados por segundo',
    lag: 'esperando en Kafka',
    total: 'mostrados en total',
    skipped: 'saltados: esta vista fue más lenta',
    away: 'Sin conexión; reintentando…',
    waiting: 'Esperando mensajes…',
  },
  en: {
    title: 'Live messages',
    other: 'Español',
    produced: 'produced per second',
    shown: 'shown per second',
    lag: 'waiting in Kafka',
    total: 'shown in all',
    skipped: 'skipped: this view was slower',
    away: 'Not connected; trying again…',
    waiting: 'Waiting for messages…',
  },
} as const;
type Word = keyof typeof words.es;
const isWord = (name: string | undefined): name is Word => name !== undefined && name in words.es;

/** Messages on the page; what nobody can read any more is not drawn. */
const mostRows = 200;

function element(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}
let language: keyof typeof words = navigator.language.startsWith('en') ? 'en' : 'es';
/** What is said instead of messages; nothing once there are any. */
let state: Extract<Word, 'waiting' | 'away'> | undefined = 'waiting';

const sayState = (): void => {
  element('state').textContent = state ? words[language][state] : '';
};

function say(): void {
  document.documentElement.lang = language;
  for (const each of document.querySelectorAll<HTMLElement>('[data-say]')) {
    const { say: name } = each.dataset;
    if (isWord(name)) each.textContent = words[language][name];
  }
  sayState();
}

function number(id: string, value: number): void {
  element(id).textContent = Math.round(value).toLocaleString(language);
}

function row({ id, text, at, by }: Shown): HTMLElement {
  const item = document.createElement('li');
  const small = document.createElement('small');
  small.textContent = [id, by && `@${by}`, new Date(at).toLocaleTimeString(language)].filter(Boolean).join(' · ');
  item.append(text, document.createElement('br'), small);
  return item;
}

/** New messages wait for the browser's next frame, so that a flood costs one drawing. */
let fresh: Shown[] = [];
function draw(): void {
  const list = element('messages');
  list.prepend(...fresh.slice(-mostRows).reverse().map(row));
  while (list.childElementCount > mostRows) list.lastElementChild?.remove();
  fresh = [];
}

function take(frame: Frame): void {
  number('skipped', frame.skipped);
  element('skips').classList.toggle('some', frame.skipped > 0);
  if (frame.kind === 'messages') {
    state = undefined;
    if (fresh.length === 0) requestAnimationFrame(draw);
    fresh = fresh.concat(frame.messages).slice(-mostRows);
  } else {
    number('produced', frame.producedPerSecond);
    number('shown', frame.shownPerSecond);
    number('lag', frame.lag);
    number('total', frame.shown);
  }
  sayState();
}

function connect(): void {
  const socket = new WebSocket(`ws://${location.host}/live`);
  socket.addEventListener('message', ({ data }) => take(JSON.parse(data)));
  socket.addEventListener('open', () => {
    state = 'waiting';
    say();
  });
  socket.addEventListener('close', () => {
    state = 'away';
    say();
    setTimeout(connect, 1000);
  });
}

element('language').addEventListener('click', () => {
  language = language === 'es' ? 'en' : 'es';
  say();
});
say();
connect();
