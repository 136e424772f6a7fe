import type { Produced } from './source.ts';

/** 0, 1, 2 … for ever. */
export function* counter(): Generator<Produced, never> {
  for (let number = 0; ; number++) yield { key: String(number), value: `{"number":${number}}` };
}
