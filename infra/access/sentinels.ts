/** Redis behind Sentinel: who is asked for the primary. The host in REDIS_URL is then the name by which they know it. */
import { Mistake } from '../faults.ts';
import { brokerList } from '../kafkajs/brokerList.ts';
import { splitHostPort } from './splitHostPort.ts';

/** Beside REDIS_URL; what they hold may lie in files instead, as of every engine. */
export const sentinelVariables = ['REDIS_SENTINELS', 'REDIS_SENTINEL_USER', 'REDIS_SENTINEL_PASSWORD'] as const;

/** `user` and `password` are the sentinels' own. They speak TLS where Redis does. */
export type Sentinels = Readonly<{
  hosts: readonly Readonly<{ host: string; port: number }>[];
  user?: string | undefined;
  password?: string | undefined;
}>;

const refuse = (variable: string, reason: string): never => {
  throw new Mistake('setting', `${variable}: ${reason}`);
};

function hostOf(text: string): { host: string; port: number } {
  if (!/^[^\s,]+:\d+$/.test(text)) refuse('REDIS_SENTINELS', 'is host:port of each sentinel, with commas between them');
  return splitHostPort(text);
}

/**
 * @param values by variable
 * @throws Mistake that names the variable at fault and the cure
 */
export function sentinelsOf(values: ReadonlyMap<string, string>): Sentinels | undefined {
  const [list, user, password] = sentinelVariables.map((name) => values.get(name));
  if (list === undefined) {
    const lonely = sentinelVariables.find((name) => values.has(name));
    return lonely ? refuse(lonely, 'is of sentinels; set REDIS_SENTINELS too') : undefined;
  }
  if (!values.has('REDIS_URL')) {
    refuse('REDIS_SENTINELS', 'is of a Redis of your own; set REDIS_URL too, its host the name of the primary there');
  }
  if (user && !password) refuse('REDIS_SENTINEL_PASSWORD', 'is missing beside REDIS_SENTINEL_USER');
  return { hosts: brokerList(list).map(hostOf), user, password };
}
