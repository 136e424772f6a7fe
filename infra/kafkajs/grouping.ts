import type { Message } from 'kafkajs';

type Groups = Record<string, Message[]>;

/** Asks kafkajs for the partition of each message alone, and puts the lists together. */
function groupEach(this: readonly Message[], group: (groups: Groups, message: Message) => Groups): Groups {
  const groups: Groups = {};
  for (const message of this) {
    for (const partition in group({}, message)) {
      const list = groups[partition] ?? [];
      groups[partition] = list;
      list.push(message);
    }
  }
  return groups;
}

/**
 * A list of messages for one topic that kafkajs sorts by partition in one go. By itself it copies the list of a partition
 * for each message that it adds to it (`groupMessagesPerPartition.js` reduces the list that it is given): with 500
 * messages 8 % of a function's processor time.
 * @returns the same list
 */
export const groupedAtOnce = (messages: Message[]): Message[] =>
  Object.defineProperty(messages, 'reduce', { value: groupEach });
