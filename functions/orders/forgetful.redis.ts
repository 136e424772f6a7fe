/** What keeps everybody from acting on a Redis that may have forgotten orders. */
import type { Settings } from '../settings.ts';
import { orderKeys, runInLua } from './keys.redis.ts';

/** Whether a Redis that may have forgotten orders is asked all the same: by who looks on, and who restores it. */
export type Asks = 'whatever it holds' | 'what it was brought up to';

/**
 * For the start of a Lua script, which so refuses in one step with what follows it, where a server that was started anew, took
 * over or was emptied has not been brought up to the log yet. The script's last argument is `guardOf`.
 */
export const refuseForgetful = `
local key = ARGV[#ARGV]
if key ~= '' and redis.call('GET', key) ~= ${runInLua} then
  return redis.error_reply('BEHIND this Redis may have forgotten orders, and has not been brought up to the log yet: the system does that, once it runs')
end`;

/** The key that tells whether it has, or nothing for whoever asks all the same. */
export const guardOf = (asks: Asks, { namespace }: Pick<Settings, 'namespace'>): string =>
  asks === 'whatever it holds' ? '' : orderKeys(namespace).caughtUp;
