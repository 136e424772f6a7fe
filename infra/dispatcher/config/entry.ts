/** The other way round than `access.ts`: how a service says what a login is, so that a dispatcher elsewhere enters by it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Mistake } from '../../faults.ts';
import type { KafkaLogin } from '../../kafkajs/kafkaLogin.ts';
import { mechanisms } from './access.ts';

const secret = 'kafka-login';

/** Where `entryOf` puts the login, in the service's folder: `{ username, password }`. */
export const loginFile = `${secret}.json`;

/**
 * Writes the login beside the service, for its owner alone.
 * @param folder the service's own
 * @returns what `custom.dispatcher` has to say; nothing where nobody logs in
 * @throws Mistake where it logs in otherwise than by a password
 */
export function entryOf({ sasl, tls }: KafkaLogin, folder: string): Readonly<Record<string, unknown>> {
  if (!sasl) return {};
  const found = Object.entries(mechanisms).find(([, mechanism]) => mechanism === sasl.mechanism);
  if (!found || !('password' in sasl))
    throw new Mistake('setting', `KAFKA_SASL: a service cannot say ${sasl.mechanism}`);
  const { username, password } = sasl;
  writeFileSync(join(folder, loginFile), JSON.stringify({ username, password }), { mode: 0o600 });
  return {
    tls: tls !== undefined,
    accessConfigurations: { [found[0]]: secret },
    secrets: { [secret]: { file: join(folder, loginFile) } },
  };
}
