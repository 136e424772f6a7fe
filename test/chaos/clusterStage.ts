/** Engines of several nodes, and two processes of every part of the system on them. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { PartName } from '../../functions/settings.ts';
import { clusterNames, engineNamed } from '../../infra/engines/catalogue.ts';
import { enginesIn } from '../../infra/engines/engines.fixture.ts';
import { freePort } from '../../infra/engines/freePort.ts';
import { privateHome } from '../../infra/engines/home.fixture.ts';
import { siteOf } from '../../infra/engines/site.ts';
import { up } from '../../infra/engines/up.ts';
import { type Environment, openTrial, type Trial } from '../system/trial.ts';
import { type Deeds, deeds } from './deeds.ts';
import { type Ground, guard, noFlood } from './ground.ts';
import { Host } from './host.ts';

/** The inbox, which has no second node, among them. */
const engineNames = clusterNames(() => false);
/** What can be killed and has others of its kind. */
export const nodeNames = engineNames.filter((name) => engineNamed(name).nodeOf !== undefined);

const partNames = ['gateway', 'dispatcher', 'timers'] as const satisfies readonly PartName[];
const processName = (part: PartName, at: number) => `${part}-${at + 1}`;
/** Two of each part. */
export const processNames = partNames.flatMap((part) => [processName(part, 0), processName(part, 1)]);

export type ClusterStage = Ground &
  Readonly<{
    /** By the names above. */
    nodes: ReadonlyMap<string, Deeds>;
    processes: ReadonlyMap<string, Host>;
  }>;

async function startEngines(home: string) {
  const { options, environment } = await enginesIn(home, engineNames);
  const ready = await up(engineNames, options);
  const nodes = nodeNames.map((name) => {
    const engine = engineNamed(name);
    return [
      name,
      deeds(
        engine,
        siteOf(engine, home, environment, () => undefined),
      ),
    ] as const;
  });
  const tells: Environment = Object.assign({}, ...ready.map((one) => one.tells));
  return { nodes: new Map(nodes), tells };
}

/** @param gateways the addresses of the first and the second one */
function processesOf(trial: Trial, home: string, gateways: readonly string[]): Map<string, Host> {
  const hosts = partNames.flatMap((part) =>
    gateways.map((address, at) => {
      const name = processName(part, at);
      const environment = { DESPACHO_PARTS: part, DESPACHO_GRPC_ADDRESS: address };
      return [name, new Host(trial, join(home, name), environment)] as const;
    }),
  );
  return new Map(hosts);
}

/** Resolves when both gateways take orders, and the rest of the system is up. */
export async function openClusterStage(): Promise<ClusterStage> {
  const home = await privateHome();
  const namespace = `chaos-${randomBytes(4).toString('hex')}.`;
  const leave = await guard(home, namespace);
  try {
    const { nodes, tells } = await startEngines(home);
    const trial = await openTrial({ ...tells, DESPACHO_NAMESPACE: namespace });
    const gateways = [trial.settings.grpcAddress, `127.0.0.1:${await freePort()}`];
    const processes = processesOf(trial, home, gateways);
    const hosts = [...processes.values()];
    await Promise.all(hosts.map((host) => host.start()));
    return {
      home,
      trial,
      nodes,
      processes,
      hosts,
      gateways,
      flood: noFlood,
      async close() {
        await Promise.all(hosts.map((host) => host.close()));
        trial.customer.client.close();
        for (const { forsake } of nodes.values()) forsake();
        await leave();
      },
    };
  } catch (error) {
    await leave();
    throw error;
  }
}
