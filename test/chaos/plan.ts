/** Which fault happens when: drawn from a seed, or as it was said. */
import { z } from 'zod';
import { Random } from '../../infra/simulation/random.ts';
import { faults } from './faults.ts';
import type { Fault, Ground } from './ground.ts';
import { kills } from './kills.ts';

/** A fault, from the second `at` on, for so many `seconds`. */
export type Happening = Readonly<{ name: string; at: number; seconds: number }>;

/** @throws RangeError for a name that none of the faults has */
export function faultNamed<Of extends Ground>(all: readonly Fault<Of>[], name: string): Fault<Of> {
  const found = all.find((fault) => fault.name === name);
  if (!found) throw new RangeError(`there is no fault ${name}`);
  return found;
}

/** Seconds before the first, and between the end of one and the next. */
const [quietLeast, quietMost] = [2, 6];
/** Two faults at once instead of one. */
const pairs = 0.4;

/** @param length seconds within which every fault begins */
export function drawPlan(seed: number, length: number): Happening[] {
  const random = new Random(seed);
  const plan: Happening[] = [];
  for (let at = random.between(quietLeast, quietMost); at < length; at += random.between(quietLeast, quietMost)) {
    const first = random.one(faults);
    const others = faults.filter(({ target }) => target !== first.target);
    const chosen = random.happens(pairs) ? [first, random.one(others)] : [first];
    const drawn = chosen.map(({ name, most }) => ({ name, at, seconds: random.between(1, most) }));
    plan.push(...drawn);
    at += Math.max(...drawn.map(({ seconds }) => seconds));
  }
  return plan;
}

/** Seconds from one kill to the next: what was killed may still be away. */
const killEvery = 10;

/** @param length seconds within which something is killed every ten */
export function drawKills(seed: number, length: number): Happening[] {
  const random = new Random(seed);
  const plan: Happening[] = [];
  for (let at = killEvery; at < length; at += killEvery) {
    const { name, most } = random.one(kills);
    plan.push({ name, at, seconds: random.between(1, most) });
  }
  return plan;
}

const written = /^([a-z0-9-]+)@(\d+)(?:\+(\d+))?$/;

const mostOf = new Map([...faults, ...kills].map(({ name, most }) => [name, most]));

/** `name@s` or `name@s+s`, the second of its begin and the seconds that it lasts: the most that it may unless given. */
export const happeningSchema = z.string().transform((text, context): Happening => {
  const [, name = '', at, seconds] = written.exec(text) ?? [];
  const most = mostOf.get(name);
  if (most !== undefined) return { name, at: Number(at), seconds: Number(seconds ?? most) };
  const names = [...mostOf.keys()].join(', ');
  context.addIssue({
    code: 'custom',
    message: `"${text}" is not like kafka-kill@10 or kafka-kill@10+5; faults: ${names}`,
  });
  return z.NEVER;
});

export const writeHappening = ({ name, at, seconds }: Happening): string => `${name}@${at}+${seconds}`;
