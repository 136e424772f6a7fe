import { at } from '../at.ts';

/** Chance from a seed: the same seed gives the same numbers on every machine (xoshiro128**, seeded by splitmix32). */
export class Random {
  #state: [number, number, number, number];

  constructor(seed: number) {
    let at = seed >>> 0;
    const next = () => {
      at = (at + 0x9e3779b9) >>> 0;
      let mixed = Math.imul(at ^ (at >>> 16), 0x21f0aaad);
      mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
      return (mixed ^ (mixed >>> 15)) >>> 0;
    };
    this.#state = [next(), next(), next(), next() | 1];
  }

  /** 0 ≤ it < 2^32 */
  uint32(): number {
    const [a, b, c, d] = this.#state;
    const turned = Math.imul(b, 5);
    const result = Math.imul((turned << 7) | (turned >>> 25), 9) >>> 0;
    const [x, y] = [c ^ a, d ^ b];
    this.#state = [a ^ y, b ^ x, x ^ (b << 9), (y << 11) | (y >>> 21)];
    return result;
  }

  /** 0 ≤ it < 1 */
  fraction(): number {
    return this.uint32() / 0x1_0000_0000;
  }

  /** A whole number, both ends included. */
  between(least: number, most: number): number {
    return least + Math.floor(this.fraction() * (most - least + 1));
  }

  /** @param chance of true, 0 to 1 */
  happens(chance: number): boolean {
    return this.fraction() < chance;
  }

  /** @throws RangeError when there is nothing to choose from */
  one<T>(of: readonly T[]): T {
    return at(of, Math.floor(this.fraction() * of.length));
  }

  /** A generator of its own, so that what one part draws does not change what the others draw. */
  branch(): Random {
    return new Random(this.uint32());
  }
}
