/**
 * Due times lie in slots: those of a slot share one alarm, which rings before the first of them. A slot is named by the
 * moment (ms since 1970) after which nothing in it is due.
 */

/** Ms from a slot's alarm to the first moment that it holds: BullMQ's alarms come up to 100 ms late under load. */
const ahead = 100;

/** @param width of a slot, in ms */
export const slotOf = (at: number, width: number): number => Math.ceil(at / width) * width;

/** When the slot's alarm rings. What is put into the slot later needs an alarm of its own. */
export const opensAt = (slot: number, width: number): number => slot - width - ahead;
