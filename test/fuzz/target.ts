import fc from 'fast-check';
import { Mistake } from '../../infra/faults.ts';
import { Refusal } from '../../infra/gateway/refusal.ts';

/** `take` throws what `refuses` knows, and nothing else. It takes `atOnce` inputs, or one. */
export type Target = Readonly<{
  name: string;
  atOnce?: number;
  inputs: fc.Arbitrary<unknown>;
  take(input: unknown): unknown;
  refuses(error: unknown): boolean;
}>;

/** Keeps the type of an input between what makes it and what takes it. */
export const target = <T>(
  name: string,
  inputs: fc.Arbitrary<T>,
  take: (input: T) => unknown,
  refuses: (error: unknown) => boolean = () => false,
): Target => ({ name, inputs, take: (input) => take(input as T), refuses });

/** The same, for what answers late and many at once: each take has so many inputs. */
export const many = <T>(name: string, atOnce: number, input: fc.Arbitrary<T>, take: (input: T) => unknown): Target => ({
  ...target(name, fc.array(input, { minLength: atOnce, maxLength: atOnce }), (inputs) => Promise.all(inputs.map(take))),
  atOnce,
});

export const isMistake = (error: unknown): boolean => error instanceof Mistake;
export const isRefusal = (error: unknown): boolean => error instanceof Refusal;
