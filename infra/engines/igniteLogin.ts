/** How an Ignite that is started here comes to ask for our password: each new one has one user, whose password everybody knows. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { igniteOptions } from '../access/clientOptions.ts';
import { type EngineAccess, igniteUser } from '../access/ownEngines.ts';
import { EngineFault, type Site } from './engine.ts';

const usualPassword = 'ignite';
const schema = 'PUBLIC';

/** What its own command says to be let in before the password is ours. */
export const usualEntry: readonly string[] = ['--user', igniteUser, '--password', usualPassword];

/** One connection for these statements. @returns the rows of the last one */
async function ask(site: Site, password: string, statements: readonly string[]): Promise<unknown[][]> {
  const { default: IgniteClient } = await import('apache-ignite-client');
  const client = new IgniteClient();
  const access: EngineAccess = { ignite: { login: { user: igniteUser, password } } };
  try {
    await client.connect(igniteOptions(IgniteClient, `127.0.0.1:${site.port('IGNITE_PORT')}`, access));
    // It sends SQL through a cache; this one holds nothing.
    const door = await client.getOrCreateCache(
      'despacho-sql',
      new IgniteClient.CacheConfiguration().setSqlSchema(schema),
    );
    let rows: unknown[][] = [];
    for (const sql of statements) {
      rows = await (await door.query(new IgniteClient.SqlFieldsQuery(sql).setSchema(schema))).getAll();
    }
    return rows;
  } finally {
    client.disconnect();
  }
}

/** The message of what broke, where it did. */
const told = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => '',
    (error: Error) => error.message,
  );

/**
 * Gives the only user our password, once, and shows out whoever came in before it.
 * @throws EngineFault where somebody did more than come in
 */
export async function takePossession(site: Site): Promise<void> {
  const done = join(site.data, 'work', 'password.kept');
  if (existsSync(done)) return;
  const password = site.password();
  // A start that was killed may have come so far: then it is refused, and the next question tells.
  await told(ask(site, usualPassword, [`ALTER USER "${igniteUser}" WITH PASSWORD '${password}'`]));
  // Ours among them, which is why it never hears that it worked.
  await told(ask(site, password, ['KILL CLIENT ALL']));
  const users = "SELECT NAME FROM SYS.METASTORAGE WHERE NAME LIKE 'user.%'";
  const found = await ask(site, password, [users]).catch((error: Error) => [[error.message]]);
  if (found.flat().join() !== `user.${igniteUser}`) {
    const cure = `Run npm run stop, and remove ${site.data}.`;
    throw new EngineFault(
      `Somebody else may have been in Ignite before its password was set: ${found.join()}. ${cure}`,
    );
  }
  await writeFile(done, '', { flag: 'wx' });
}
