/** A schema registry for a test: Apicurio's, which speaks Confluent's API. It forgets everything when it ends. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Engine } from './engine.ts';
import { freePort } from './freePort.ts';
import { privateHome } from './home.fixture.ts';
import { java } from './java.ts';
import { download, pomOf } from './maven.ts';
import { engineAddress, siteOf } from './site.ts';
import { bringDown, bringUp } from './supervisor.ts';

const pom = 'apicurio-registry';

const registry: Engine = {
  name: pom,
  title: 'Apicurio Registry 2.6.13.Final',
  external: 'SCHEMA_REGISTRY_URL',
  ports: [{ variable: 'SCHEMA_REGISTRY_PORT', usual: 8081 }],
  address: (port) => `http://127.0.0.1:${port}/apis/ccompat/v7`,
  install: (site) => download(pom, 'unpack-dependencies', site),
  prepare: async (site) => void (await mkdir(join(site.data, 'tmp'), { recursive: true })),
  launch(site) {
    const jar = join(pomOf(pom, site.downloads).folder, 'apicurio-registry-app-2.6.13.Final-runner.jar');
    const options = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xmx256m', '-XX:-UsePerfData'];
    return {
      command: [java(), ...options, `-Djava.io.tmpdir=${join(site.data, 'tmp')}`, '-jar', jar],
      environment: { QUARKUS_HTTP_HOST: '127.0.0.1', QUARKUS_HTTP_PORT: `${site.port('SCHEMA_REGISTRY_PORT')}` },
    };
  },
  async ready(address) {
    const { ok, status } = await fetch(`${address}/subjects`);
    if (!ok) throw new Error(`it answers with ${status}`);
  },
  patience: { start: 120, stop: 10 },
  stopSignal: 'SIGKILL',
};

export type TestRegistry = Readonly<{ url: string; end(): Promise<void> }>;

/** Starts one at a free port. Whoever asks ends it. */
export async function schemaRegistry(): Promise<TestRegistry> {
  const home = await privateHome();
  const site = siteOf(registry, home, { SCHEMA_REGISTRY_PORT: `${await freePort()}` }, () => undefined);
  const end = async () => {
    await bringDown(registry, site);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await bringUp(registry, site, undefined);
    return { url: engineAddress(registry, site), end };
  } catch (error) {
    await end();
    throw error;
  }
}
