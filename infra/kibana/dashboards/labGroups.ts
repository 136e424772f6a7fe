/** What the lab's figures are compared by, named as people know it in each language. */
import { targets } from '../../../functions/messages/targets.ts';
import { type Words, words } from '../panels.ts';

const messages: Readonly<Record<string, Words>> = {
  counter: words('Contador', 'Counter'),
  posts: words('Mensajes', 'Posts'),
};
const paces: Readonly<Record<string, Words>> = {
  backlog: words('Primero producir', 'Backlog'),
  live: words('En vivo', 'Live'),
};

/** A group for each target, also for those that a run has left out. */
export const byTarget = {
  by: 'filters',
  label: words('Modo y almacén', 'Mode and store'),
  groups: Object.entries(targets).map(([name, { title }]) => ({
    label: title,
    where: { 'despacho.lab.target': name },
  })),
} as const;
/** What is produced first is read in one go, some ten times as fast as what comes live: their mean says nothing. */
export const byPace = {
  by: 'filters',
  label: words('Ritmo', 'Pace'),
  groups: Object.entries(paces).map(([name, label]) => ({ label, where: { 'despacho.lab.pace': name } })),
} as const;
/** A group for each pair, since one mean of both paces says nothing. */
export const byMessageAndPace = {
  by: 'filters',
  label: words('Mensaje y ritmo', 'Message and pace'),
  groups: Object.entries(messages).flatMap(([message, kind]) =>
    Object.entries(paces).map(([pace, label]) => ({
      label: { es: `${kind.es}, ${label.es.toLowerCase()}`, en: `${kind.en}, ${label.en.toLowerCase()}` },
      where: { 'despacho.lab.message': message, 'despacho.lab.pace': pace },
    })),
  ),
} as const;
/** An engine, or the lab's producer, consumer or screen. */
export const byProcess = {
  by: 'terms',
  label: words('Proceso', 'Process'),
  field: 'process.name',
  most: 20,
} as const;
