/** What states and commands are called, as the lifecycle's table tells. */
import type { State } from '../../orders/lifecycle.ts';
import { session } from './server.ts';
import { language } from './words.ts';

type Named = Readonly<{ name: string; label: Readonly<Record<typeof language, string>> }>;

const labelIn = (list: readonly Named[], name: string): string =>
  list.find((one) => one.name === name)?.label[language] ?? name;

/** In the chosen language; a state that the session does not know is called by its name. */
export const stateLabel = (name: string): string => labelIn(session.states, name);
/** In the chosen language; a command that the session does not know is called by its name. */
export const commandLabel = (name: string): string => labelIn(session.commands, name);
/** The states of an order that all goes well with, in their order. */
export const wayNames = (): State[] => session.states.map(({ name }) => name).filter((name) => name !== 'cancelled');
