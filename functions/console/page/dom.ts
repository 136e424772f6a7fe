/** Makes elements. Text stays text: nothing that came from outside is ever read as HTML. */
import { messageOf } from '../../../infra/faults.ts';

type Tag = keyof HTMLElementTagNameMap;

/** What an element can hold; what is missing or false is left out. */
export type Child = Node | string | number | null | undefined | false | readonly Child[];

type Listeners<T extends Tag> = {
  readonly [E in keyof HTMLElementEventMap]?: (
    event: HTMLElementEventMap[E] & { readonly currentTarget: HTMLElementTagNameMap[T] },
  ) => unknown;
};
type Value = string | number | boolean | null | undefined;
type Attributes<T extends Tag> = Readonly<{ on?: Listeners<T> }> & { readonly [name: string]: Value | Listeners<T> };

function setAttribute(element: HTMLElement, name: string, value: Value): void {
  if (value === null || value === undefined || value === false) return;
  if (name === 'value' && 'value' in element) element.value = value;
  else element.setAttribute(name, value === true ? '' : String(value));
}

/** An attribute that is null or false is left out; `on` holds the listeners by the events' names. */
export function h<T extends Tag>(
  tag: T,
  attributes: Attributes<T> = {},
  ...children: Child[]
): HTMLElementTagNameMap[T] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value !== 'object' || value === null) setAttribute(element, name, value);
  }
  for (const [event, listener] of Object.entries(attributes.on ?? {})) {
    element.addEventListener(event, listener as EventListener);
  }
  put(element, ...children);
  return element;
}

function* present(children: readonly Child[]): Generator<Node | string> {
  for (const child of children) {
    if (child === null || child === undefined || child === false) continue;
    if (child instanceof Node) yield child;
    else if (typeof child === 'object') yield* present(child);
    else yield String(child);
  }
}

/** Appends what there is of the children. */
export function put(element: Element, ...children: Child[]): void {
  element.append(...present(children));
}

/** Replaces everything in an element. */
export function fill<E extends Element>(element: E, ...children: Child[]): E {
  element.replaceChildren(...present(children));
  return element;
}

/** A heading, and whether the cells under it are numbers. */
export type Heading = readonly [heading: Child, isNumber?: boolean];

/** A table with its caption. */
export function table(caption: string, columns: readonly Heading[], rows: readonly (readonly Child[])[]): HTMLElement {
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
export function row(columns: readonly Heading[], cells: readonly Child[]): HTMLTableRowElement {
  return h(
    'tr',
    {},
    cells.map((cell, index) => {
      const number = columns[index]?.[1] && 'number';
      return index === 0 ? h('th', { scope: 'row', class: number }, cell) : h('td', { class: number }, cell);
    }),
  );
}

/** An explanation: smaller and paler than other text. */
export const hint = (text: string): HTMLElement => h('p', { class: 'hint' }, text);
/** What went wrong, in red: the message only, without the stack. */
export const fault = (error: unknown): HTMLElement => h('p', { class: 'bad' }, messageOf(error));

/** A labelled form field. */
export const field = (label: string, control: Child, about?: string): HTMLElement =>
  h('label', { class: 'field' }, h('span', {}, label), control, about && h('small', {}, about));

/** @param selected the value that the whole list has chosen, not whether this one is */
export const option = (value: string, label: string, selected?: string): HTMLOptionElement =>
  h('option', { value, selected: value === selected }, label);

/** A card. The id of its heading is made of the title, so no two on the page may have the same. */
export const section = (title: string, ...children: Child[]): HTMLElement => {
  const id = `section-${title.toLowerCase().replace(/[^\p{L}\d]+/gu, '-')}`;
  return h('section', { class: 'card', 'aria-labelledby': id }, h('h2', { id }, title), children);
};
