/** The one parser of command lines: commander reads the words and tells `--help`, zod says what each value may be. */
import { Command, CommanderError } from 'commander';
import { z } from 'zod';
import { Mistake } from './faults.ts';

/** A flag's name is not in it: it is the flag's key in `CommandLine`. */
type Flag<Schema extends z.ZodType = z.ZodType> = Readonly<{
  /** What stands behind it, like `<n>`, `<es|en>` or `<name...>` for a list; nothing behind a switch. */
  takes: string;
  about: string;
  /** Of the text that was given, or of undefined; its messages go on from the flag's name, like "is above 0". */
  is: Schema;
}>;

/** Words that are no flags, by the name that `--help` tells: in this order; the last one, if it is an array, takes all. */
type Words = Readonly<Record<string, z.ZodType>>;

/** Flags and words are returned in one object: no word can have a flag's name. */
type CommandLine<Flags extends Readonly<Record<string, Flag>>, Named extends Words> = Readonly<{
  /** As a person writes it, like `npm run load --`. */
  name: string;
  about: string;
  /** In camel case; `--key-skew` is `keySkew`. */
  flags: Flags;
  words?: Named;
  /** What `--help` tells below the flags. */
  more?: string;
}>;

/** Keeps the type of the schema, by which `readCommandLine` tells the type of the value. */
export const flag = <Schema extends z.ZodType>(takes: string, about: string, is: Schema): Flag<Schema> => ({
  takes,
  about,
  is,
});

/** A flag that is there or not. */
export const toggle = (about: string): Flag<z.ZodDefault<z.ZodBoolean>> => flag('', about, z.boolean().default(false));

/** For a flag that takes a number: an empty text is none. */
export const numeric = <Schema extends z.ZodType>(schema: Schema) =>
  z.preprocess((text) => (typeof text !== 'string' ? text : text.trim() === '' ? Number.NaN : Number(text)), schema);

/** For a flag that takes a list with commas in it, like `es,en`. @param what is said of one that is none */
export const listed = (what: string) =>
  z
    .string()
    .transform((text) => text.split(',').map((word) => word.trim()))
    .pipe(z.array(z.string().min(1, what)));

/** For a word, or a flag's value, that is one of several. */
export const oneOf = <const Name extends string>(names: readonly Name[]) =>
  z.enum(names, { error: ({ input }) => `"${input}" is none of ${names.join(', ')}` });

/** A name in camel case as a person writes it: `key-skew` for `keySkew`, without the two dashes in front. */
export const dashed = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

type Shape<Flags extends Readonly<Record<string, Flag>>> = { [Name in keyof Flags]: Flags[Name]['is'] };
type Read<Shape extends Readonly<Record<string, z.ZodType>>> = { [Name in keyof Shape]: z.output<Shape[Name]> };

/**
 * Reads a command line.
 * @returns every flag and word by its name
 * @throws Mistake naming all that are wrong, a line each; CommanderError with exit code 0 when help was asked for and shown
 */
export function readCommandLine<
  Flags extends Readonly<Record<string, Flag>>,
  Named extends Words = Readonly<Record<never, never>>,
>(of: CommandLine<Flags, Named>, args: readonly string[] = process.argv.slice(2)): Read<Shape<Flags>> & Read<Named> {
  const command = commandOf(of);
  parse(command, args);
  const words = wordsOf(of, command.args);
  const shape = Object.fromEntries(Object.entries(of.flags).map(([name, { is }]) => [name, is]));
  const read = z.object({ ...shape, ...of.words }).safeParse({ ...command.opts(), ...words });
  if (!read.success) {
    const faults = read.error.issues.map(({ path: [name = ''], message }) =>
      String(name) in of.flags ? `--${dashed(String(name))} ${message}` : message,
    );
    throw new Mistake('flag', faults.join('\n'));
  }
  // What zod has checked has the types of the schemas that it was checked by.
  return read.data as Read<Shape<Flags>> & Read<Named>;
}

/** What `--help` shows. */
export const helpOf = <Flags extends Readonly<Record<string, Flag>>, Named extends Words>(
  of: CommandLine<Flags, Named>,
): string => {
  const parts: string[] = [];
  const writeOut = (text: string) => void parts.push(text);
  commandOf(of).configureOutput({ writeOut }).outputHelp();
  return parts.join('');
};

function commandOf({ name, about, flags, words = {}, more }: CommandLine<Readonly<Record<string, Flag>>, Words>) {
  const command = new Command(name)
    .description(about)
    .helpOption('-h, --help', 'tells this')
    .configureHelp({ helpWidth: 110 })
    .configureOutput({ writeErr: () => undefined })
    .exitOverride();
  for (const [word, schema] of Object.entries(words)) command.argument(`[${word}${isRest(schema) ? '...' : ''}]`);
  for (const [long, { takes, about }] of Object.entries(flags)) command.option(`--${dashed(long)} ${takes}`, about);
  return command.allowExcessArguments().addHelpText('after', more ? `\n${more}` : '');
}

const isRest = (schema: z.ZodType): boolean => schema instanceof z.ZodArray;

function parse(command: Command, args: readonly string[]): void {
  try {
    command.parse(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError) || error.exitCode === 0) throw error;
    const [sentence = '', hint = ''] = error.message.replace(/^error: /, '').split('\n');
    const said = `${sentence.slice(0, 1).toUpperCase()}${sentence.slice(1)}`;
    throw new Mistake('flag', `${[said, hint].filter((part) => part !== '').join(' ')}. --help lists every flag.`);
  }
}

function wordsOf({ words = {} }: Readonly<{ words?: Words }>, given: readonly string[]): Record<string, unknown> {
  const named = Object.entries(words).map(([name, schema], index) => [
    name,
    isRest(schema) ? given.slice(index) : given[index],
  ]);
  const [extra] = Object.values(words).some(isRest) ? [] : given.slice(named.length);
  if (extra !== undefined) {
    const [[only = ''] = []] = named.slice(-1);
    const most = named.length === 0 ? '--help lists what can be said' : `there can be one ${only} at a time`;
    throw new Mistake('flag', `'${extra}' is one word too many: ${most}`);
  }
  return Object.fromEntries(named);
}
