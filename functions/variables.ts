/** Settings by a table of the variables that they are read from. */
import { z } from 'zod';
import { Mistake } from '../infra/faults.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** A setting's name in the code → its variable, and what that takes. */
export type VariableTable = Readonly<Record<string, readonly [variable: string, form: z.ZodType]>>;
/** What the table's settings are once they are read. */
export type OfTable<T extends VariableTable> = { readonly [Name in keyof T]: z.output<T[Name][1]> };

/**
 * @param prefix of variables that only the table has, so that a misspelt one is refused
 * @param usual what a variable is that `environment` lacks; what the table does not name is passed over
 * @throws Mistake that names every variable at fault and what it should be
 */
export function readTable<T extends VariableTable>(
  table: T,
  prefix: string,
  environment: Environment,
  usual: Environment,
): OfTable<T> {
  const forms = Object.fromEntries(Object.values(table));
  const known = Object.entries(usual).filter(([name]) => name in forms);
  const own = Object.entries(environment).filter(
    ([name, value]) => value !== undefined && (name.startsWith(prefix) || name in forms),
  );
  const read = z.strictObject(forms).safeParse(Object.fromEntries([...known, ...own]));
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || 'environment'}: ${message}`);
    throw new Mistake(
      'setting',
      `Settings cannot be used: ${faults.join('; ')}. Correct or unset these environment variables.`,
    );
  }
  return Object.fromEntries(
    Object.entries(table).map(([name, [variable]]) => [name, read.data[variable]]),
  ) as OfTable<T>;
}
