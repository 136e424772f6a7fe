/** Makes elements. Text stays text: nothing that came from outside is ever read as HTML. */

/**
 * @param {string} tag
 * @param {Record<string, unknown>} attributes `on…` are listeners; null and false are left out
 * @param {...(Node | string | number | null | undefined | Array)} children
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'value') element.value = value;
    else element.setAttribute(name, value === true ? '' : String(value));
  }
  put(element, ...children);
  return element;
}

/** Appends what there is of the children. */
export function put(element, ...children) {
  const there = children.flat(3).filter((child) => child !== null && child !== undefined && child !== false);
  element.append(...there.map((child) => (child instanceof Node ? child : String(child))));
}

/** Replaces everything in an element. */
export function fill(element, ...children) {
  element.replaceChildren();
  put(element, ...children);
  return element;
}

/** A table with its caption; each column is `[heading, isNumber]`. */
export function table(caption, columns, rows) {
  const head = columns.map(([heading, number]) => h('th', { scope: 'col', class: number && 'number' }, heading));
  return h(
    'div',
    { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': caption },
    h(
      'table',
      {},
      h('caption', { class: 'hidden' }, caption),
      h('thead', {}, h('tr', {}, head)),
      h(
        'tbody',
        {},
        rows.map((cells) => row(columns, cells)),
      ),
    ),
  );
}

/** A row for `table`: the first cell is its heading. */
export function row(columns, cells) {
  return h(
    'tr',
    {},
    cells.map((cell, index) => {
      const number = columns[index]?.[1] && 'number';
      return index === 0 ? h('th', { scope: 'row', class: number }, cell) : h('td', { class: number }, cell);
    }),
  );
}

/** A labelled form field. */
export const field = (label, control, hint) =>
  h('label', { class: 'field' }, h('span', {}, label), control, hint && h('small', {}, hint));

export const section = (title, ...children) => {
  const id = `section-${title.toLowerCase().replace(/[^\p{L}\d]+/gu, '-')}`;
  return h('section', { class: 'card', 'aria-labelledby': id }, h('h2', { id }, title), children);
};
