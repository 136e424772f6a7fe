/** Who may come in through the door: whoever has the password of a role, or the persons whom a file names. */
import { z } from 'zod';
import { plainText } from '../../functions/text.ts';
import { readPrivate } from '../access/privateFile.ts';
import { Renewed } from '../access/renewed.ts';
import { digest, isSame } from '../access/secrets.ts';
import type { Clock } from '../clock.ts';

/** `view` looks; `operate` also starts loads and lab runs, sends letters again, and may see what is personal. */
const doorRoles = ['view', 'operate'] as const;
type DoorRole = (typeof doorRoles)[number];

/** How somebody came in. `proof` is the digest of the password: in memory it stands for it. */
export type Entry = Readonly<{ name: string; role: DoorRole; proof: Buffer }>;

/** `close` ends the looking for new ones. */
export type People = Readonly<{
  /** @returns undefined for a wrong name or password */
  roleOf(name: string, password: string): DoorRole | undefined;
  /** Whether one who came in may stay: the password, too, must be what it was then. */
  knows(entry: Entry): boolean;
  close(): void;
}>;

/** One password for each role: whoever has it comes in, by whatever name. */
export const anybodyWith = (passwords: Readonly<Record<DoorRole, string>>): People => ({
  roleOf: (_, password) => doorRoles.find((role) => isSame(passwords[role], password)),
  knows: () => true,
  close: () => undefined,
});

/** As the file names a person, and as the person gives it: however a browser composes its letters. */
export const personName = plainText(64).min(1);

const person = z.strictObject({
  name: personName,
  password: z.string().min(16, 'has at least 16 characters'),
  role: z.enum(doorRoles, `is one of ${doorRoles.join(', ')}`),
});
const persons = z
  .array(person)
  .min(1)
  .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'names a person twice');
type Persons = z.infer<typeof persons>;

/**
 * Persons by a name and a password of their own: the trail tells who it was.
 * @param file as DESPACHO_CONSOLE_PEOPLE; read again when it has changed @throws Mistake that names what is wrong in it
 */
export function namedIn(file: string, surroundings: { clock: Clock; log(line: string): void }): People {
  const read = (): Persons => readPrivate('DESPACHO_CONSOLE_PEOPLE', file, 'people', persons);
  const renewed = new Renewed([file], read, surroundings);
  return {
    roleOf(name, password) {
      const found = renewed.value.find((one) => one.name === name);
      // A name that nobody has takes as long as a wrong password.
      const isRight = isSame(found?.password ?? '', password);
      return isRight ? found?.role : undefined;
    },
    knows: ({ name, role, proof }) =>
      renewed.value.some((one) => one.name === name && one.role === role && digest(one.password).equals(proof)),
    close: () => renewed.close(),
  };
}
