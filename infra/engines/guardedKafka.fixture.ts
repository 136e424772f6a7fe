/** A Kafka of its own for a test that asks who comes: one listener wants a password, one a certificate, one a token, all over TLS. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { certify } from '../certify.fixture.ts';
import type { Engine } from './engine.ts';
import { freePort } from './freePort.ts';
import { privateHome } from './home.fixture.ts';
import { kafkaOf, singleNode } from './kafka.ts';
import { engineAddress, siteOf } from './site.ts';
import { bringDown, bringUp } from './supervisor.ts';

export const user = { username: 'ana', password: 'correct horse' } as const;

const module = 'org.apache.kafka.common.security';
const passwordKinds = 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512';

export type GuardedKafka = Readonly<{
  /** Of the listeners: in the clear, by a password, by a certificate. */
  open: string;
  password: string;
  certificate: string;
  /** By a token, which need not be signed. */
  token: string;
  /** In PEM. */
  authority: string;
  own: { certificate: string; privateKey: string };
  end(): Promise<void>;
}>;

export async function guardedKafka(): Promise<GuardedKafka> {
  const home = await privateHome();
  const [open, password, certificate, token, controller] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const folder = join(home, 'certificates');
  await mkdir(folder);
  certify(folder, 'broker');
  const pem = (name: string) => readFileSync(join(folder, name), 'utf8');
  // The broker runs as somebody else where root starts it.
  for (const readable of [home, folder]) chmodSync(readable, 0o755);
  writeFileSync(join(folder, 'store.pem'), pem('broker.key') + pem('broker.pem'), { mode: 0o644 });
  const listeners = `BROKER://127.0.0.1:${open},PASSWORD://127.0.0.1:${password},CERTIFICATE://127.0.0.1:${certificate},TOKEN://127.0.0.1:${token}`;
  const guarded = kafkaOf('kafka', {
    ...singleNode,
    formatting: (site) => [
      ...singleNode.formatting(site),
      ...['SCRAM-SHA-256', 'SCRAM-SHA-512'].map(
        (kind) => `--add-scram=${kind}=[name=${user.username},password=${user.password}]`,
      ),
    ],
    settings: {
      listeners: `${listeners},CONTROLLER://127.0.0.1:${controller}`,
      'advertised.listeners': listeners,
      'listener.security.protocol.map':
        'BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT,PASSWORD:SASL_SSL,CERTIFICATE:SSL,TOKEN:SASL_SSL',
      'listener.name.token.sasl.enabled.mechanisms': 'OAUTHBEARER',
      'listener.name.token.oauthbearer.sasl.jaas.config': `${module}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
      'listener.name.password.sasl.enabled.mechanisms': passwordKinds,
      'listener.name.password.plain.sasl.jaas.config': `${module}.plain.PlainLoginModule required user_${user.username}="${user.password}";`,
      'listener.name.password.scram-sha-256.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
      'listener.name.password.scram-sha-512.sasl.jaas.config': `${module}.scram.ScramLoginModule required;`,
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': join(folder, 'store.pem'),
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': join(folder, 'broker-ca.pem'),
      'listener.name.certificate.ssl.client.auth': 'required',
    },
  });
  const engine: Engine = { ...guarded, access: () => ({}) };
  const environment = { KAFKA_PORT: `${open}`, KAFKA_CONTROLLER_PORT: `${controller}` };
  const site = siteOf(engine, home, environment, () => undefined);
  const end = async () => {
    await bringDown(engine, site);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await bringUp(engine, site, undefined);
  } catch (error) {
    await end();
    throw error;
  }
  return {
    open: engineAddress(engine, site),
    password: `127.0.0.1:${password}`,
    certificate: `127.0.0.1:${certificate}`,
    token: `127.0.0.1:${token}`,
    authority: pem('broker-ca.pem'),
    own: { certificate: pem('broker.pem'), privateKey: pem('broker.key') },
    end,
  };
}
