/** Finds an order. */
import { field, fill, h, put, section, table } from './dom.js';
import { get } from './server.js';
import { storyPart } from './story.js';
import { tell } from './tell.js';
import { number, say, time, words } from './words.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export function orders(root, [id]) {
  if (id) storyPart(root, id);
  else listPart(root);
}

function searchForm(words_ = '') {
  const input = h('input', { name: 'words', type: 'search', value: words_, autocomplete: 'off', spellcheck: 'false' });
  const submit = (event) => {
    event.preventDefault();
    const text = input.value.trim();
    if (uuid.test(text)) location.hash = `orders/${text.toLowerCase()}`;
    else list(text);
  };
  const place = h('div', {});
  let asks = 0;
  async function list(text) {
    const own = ++asks;
    fill(place, h('p', { class: 'hint' }, words.loading));
    try {
      const found = await get('/api/orders', { words: text });
      if (own !== asks) return;
      const title = text ? say(words.found, found.length) : words.latest;
      fill(
        place,
        h('h3', {}, title),
        found.length > 0 ? ordersTable(title, found) : h('p', { class: 'hint' }, words.none),
      );
      if (text) tell(title);
    } catch (error) {
      fill(place, h('p', { class: 'bad' }, error.message));
    }
  }
  const form = h(
    'form',
    { class: 'fields', role: 'search', onsubmit: submit },
    field(words.searchOrders, input, words.searchHint),
    h('button', { class: 'main' }, words.search),
  );
  return { form, place, list };
}

const ordersTable = (title, found) =>
  table(
    title,
    [[words.order], [words.placedAt], [words.product], [words.price, 1], [words.region], [words.email], [words.run]],
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

function listPart(root) {
  const { form, place, list } = searchForm();
  put(root, h('h1', { class: 'hidden' }, words.orders), section(words.searchOrders, form, place));
  list('');
}
