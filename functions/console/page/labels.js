/** What states and commands are called, as the lifecycle's table tells. */
import { session } from './server.js';
import { language } from './words.js';

const labelIn = (list, name) => list.find((one) => one.name === name)?.label[language] ?? name;

export const stateLabel = (name) => labelIn(session.states, name);
export const commandLabel = (name) => labelIn(session.commands, name);
/** The states of an order that all goes well with, in their order. */
export const wayNames = () => session.states.map(({ name }) => name).filter((name) => name !== 'cancelled');
