import type { Settings } from '../../functions/settings.ts';
import { sleep, systemClock } from '../../infra/clock.ts';
import { gather, type Scope } from './gather.ts';
import { judge, type Verdict } from './judge.ts';
import type { Offence } from './offences.ts';

/** An effect may be under way while we read: what is wrong is so only if it is still wrong when looked at again. */
const looks = 4;
const pauseMilliseconds = 1500;

const name = ({ kind, orderId, about }: Offence): string => `${kind} ${orderId} ${about}`;

/** Gathers the evidence and judges it; looks again, a few times, for as long as something seems wrong. */
export async function audit(settings: Settings, scope: Scope = {}): Promise<Verdict> {
  const options = { ...settings, whole: scope.run === undefined };
  let verdict = judge(await gather(settings, scope), options);
  for (let look = 1; verdict.offences.length > 0 && look < looks; look++) {
    const before = new Set(verdict.offences.map(name));
    await sleep(systemClock, pauseMilliseconds);
    verdict = judge(await gather(settings, scope), options);
    verdict = { ...verdict, offences: verdict.offences.filter((offence) => before.has(name(offence))) };
  }
  return verdict;
}
