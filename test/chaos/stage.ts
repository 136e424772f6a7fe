/** Engines of a run's own behind cables, each on a disk of its own, and the system on them. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { readSettings } from '../../functions/settings.ts';
import { engineNamed } from '../../infra/engines/catalogue.ts';
import type { Engine } from '../../infra/engines/engine.ts';
import { freePort } from '../../infra/engines/freePort.ts';
import { privateHome } from '../../infra/engines/home.fixture.ts';
import { kafkaOf, singleNode } from '../../infra/engines/kafka.ts';
import { engineAddress, siteOf } from '../../infra/engines/site.ts';
import { bringUp } from '../../infra/engines/supervisor.ts';
import { removeIndices } from '../../infra/system/namespace.ts';
import { type Cable, layCable } from '../faults/cable.ts';
import { type Environment, openTrial } from '../system/trial.ts';
import { type Deeds, deeds } from './deeds.ts';
import { type Disk, diskAt } from './disk.ts';
import { type Ground, guard, noFlood } from './ground.ts';
import { Host } from './host.ts';

export const engineNames = ['kafka', 'redis', 'elasticsearch', 'inbox'] as const;
export type EngineName = (typeof engineNames)[number];

/** An engine, and what can be done to it. Nobody does anything to a shared one but by its cable. */
export type Stand = Deeds &
  Readonly<{
    cable: Cable;
    /** None where this machine lets nobody mount one. */
    disk: Disk | undefined;
    tells: Environment;
  }>;

export type Stage = Ground & {
  readonly engines: Readonly<Record<EngineName, Stand>>;
  readonly host: Host;
};

/** A single node that tells its clients to come by the cable. */
const kafkaBehind = (cable: number): Engine =>
  kafkaOf('kafka', { ...singleNode, settings: { 'advertised.listeners': `BROKER://127.0.0.1:${cable}` } });

async function ownEngine(name: EngineName, home: string): Promise<Stand> {
  const environment: Record<string, string> = {};
  for (const { variable } of engineNamed(name).ports) environment[variable] = String(await freePort());
  const port = await freePort();
  const engine = name === 'kafka' ? kafkaBehind(port) : engineNamed(name);
  const site = siteOf(engine, home, environment, () => undefined);
  const address = engineAddress(engine, site);
  const cable = await layCable(address.includes('://') ? address : `tcp://${address}`, port);
  const disk = diskAt(site.data);
  await bringUp(engine, site, undefined);
  const tells = { [engine.external]: cable.url.replace(/^tcp:\/\//, ''), ...engine.tells?.(site) };
  return { cable, disk, tells, ...deeds(engine, site) };
}

/** Elasticsearch takes the longest to start: a test takes the one that is there. */
async function sharedElasticsearch(): Promise<Stand> {
  const cable = await layCable(readSettings().elasticsearchUrl);
  const nothing = async () => undefined;
  return {
    cable,
    disk: undefined,
    tells: { ELASTICSEARCH_URL: cable.url },
    kill: nothing,
    forsake: () => undefined,
    freeze: nothing,
    revive: nothing,
  };
}

type Options = Readonly<{
  /** Takes the Elasticsearch that is there, which can then neither be killed nor frozen nor filled. */
  shared?: boolean;
  /** Other than the defaults, as environment variables. */
  settings?: Environment;
}>;

/** Resolves when the system takes orders. */
export async function openStage({ shared = false, settings = {} }: Options = {}): Promise<Stage> {
  const home = await privateHome();
  const namespace = `chaos-${randomBytes(4).toString('hex')}.`;
  const leave = await guard(home, namespace);
  try {
    const stands = await Promise.all(
      engineNames.map((name) => (shared && name === 'elasticsearch' ? sharedElasticsearch() : ownEngine(name, home))),
    );
    const engines = Object.fromEntries(engineNames.map((name, index) => [name, stands[index]])) as Stage['engines'];
    const tells: Environment = Object.assign({}, ...stands.map((one) => one.tells));
    const trial = await openTrial({ ...tells, DESPACHO_NAMESPACE: namespace, ...settings });
    const host = new Host(trial, join(home, 'note'));
    await host.start();
    return {
      home,
      trial,
      engines,
      host,
      hosts: [host],
      gateways: [trial.settings.grpcAddress],
      flood: noFlood,
      async close() {
        await host.close();
        if (shared) await removeIndices(trial.settings);
        trial.customer.client.close();
        for (const { cable, forsake } of stands) {
          forsake();
          cable.close();
        }
        await leave();
      },
    };
  } catch (error) {
    await leave();
    throw error;
  }
}
