/** Groups that more than one dashboard draws, named as people know them in each language. */
import { type Command, commandNames, stateNames, states, transition } from '../../../functions/orders/lifecycle.ts';
import { words } from '../panels.ts';

/** The state that a transition leads to, not the one that an order is in now. */
export const byState = {
  by: 'filters',
  label: words('Estado', 'State'),
  groups: stateNames.map((name) => ({ label: states[name].label, where: { 'despacho.order.to': name } })),
} as const;

/** @param commands those that are drawn; every one unless given */
export const byTransition = (commands: readonly Command[] = commandNames) =>
  ({
    by: 'filters',
    label: words('Transición', 'Transition'),
    groups: commands.map((name) => ({ label: transition(name).label, where: { 'despacho.order.command': name } })),
  }) as const;
