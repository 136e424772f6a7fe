/** Finds an order. */
import type { Listed } from '../orders.kafka.ts';
import { fault, field, fill, h, hint, put, section, table } from './dom.ts';
import { get } from './server.ts';
import type { Shown } from './shown.ts';
import { storyPart } from './story.ts';
import { tell } from './tell.ts';
import { number, say, time, words } from './words.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** @param id of the order whose story is told; without one there is the search, with the latest orders */
export function orders(root: HTMLElement, [id]: readonly string[]): Shown {
  if (id) storyPart(root, id);
  else listPart(root);
  return {};
}

function searchForm() {
  const input = h('input', { name: 'words', type: 'search', autocomplete: 'off', spellcheck: 'false' });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const text = input.value.trim();
    if (uuid.test(text)) location.hash = `orders/${text.toLowerCase()}`;
    else list(text);
  };
  const place = h('div', {});
  let asks = 0;
  async function list(text: string) {
    const own = ++asks;
    fill(place, hint(words.loading));
    try {
      const found = await get('/api/orders', { words: text });
      if (own !== asks) return;
      const title = text ? say(words.found, found.length) : words.latest;
      fill(place, h('h3', {}, title), found.length > 0 ? ordersTable(title, found) : hint(words.none));
      if (text) tell(title);
    } catch (error) {
      fill(place, fault(error));
    }
  }
  const form = h(
    'form',
    { class: 'fields', role: 'search', on: { submit } },
    field(words.searchOrders, input, words.searchHint),
    h('button', { class: 'main' }, words.search),
  );
  return { form, place, list };
}

const ordersTable = (title: string, found: readonly Listed[]) =>
  table(
    title,
    [[words.order], [words.placedAt], [words.product], [words.price, true], [words.region], [words.email], [words.run]],
    found.map(({ orderId, placedAt, product, price, region, email, run }) => [
      h('a', { href: `#orders/${orderId}`, 'aria-label': orderId }, h('code', {}, orderId.slice(0, 8))),
      time(placedAt),
      product,
      number(price, 2),
      region,
      email,
      run || '–',
    ]),
  );

function listPart(root: HTMLElement): void {
  const { form, place, list } = searchForm();
  put(root, h('h1', { class: 'hidden' }, words.orders), section(words.searchOrders, form, place));
  list('');
}
