/**
 * The names of everything that orders have in Redis, each after the system's namespace.
 * `order:<id>` is a hash of `order` (JSON, written once), `history` (JSON steps with commas between them, to which the
 * next is only appended) and `version`, how many they are. A due time lies in the hash `due:<slot>`; the sorted set
 * `due:slots` names the slots that hold something. `placed:<second>` counts the orders of a second since 1970. `caught-up` is
 * the `run_id` of the server that was last brought up to the log, followed by words where it still is being.
 */
export const orderPrefix = 'order:';
/** Before a slot's number. Lua scripts make their keys of it too. */
export const duePrefix = 'due:';
/** Member and score are both the slot's number. */
export const slotsName = 'due:slots';
/** In a Lua script: a server's name for its own run, from its start on. */
export const runInLua = `string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')`;

/** One system's keys. @param namespace put before each */
export const orderKeys = (namespace: string) => ({
  order: (orderId: string): string => `${namespace}${orderPrefix}${orderId}`,
  /** What is due in a slot: `dueField` → `<command>:<ms>`. */
  slot: (slot: number): string => `${namespace}${duePrefix}${slot}`,
  slots: `${namespace}${slotsName}`,
  caughtUp: `${namespace}caught-up`,
  placed: (second: number): string => `${namespace}placed:${second}`,
});

/** The field of a due time in its slot. */
export const dueField = (orderId: string, version: number): string => `${orderId}:${version}`;

/** BullMQ's keys are put under the namespace too, so that systems on one Redis do not wake each other. */
export const alarmQueue = (namespace: string) => ({ name: 'alarms', prefix: `${namespace}bull` });
