/**
 * Makes compose.yaml from the settings of the native engines: `node infra/engines/compose/file.ts` writes it.
 * Every port is the native engine's, bound to this machine alone, and moves with the same variable.
 */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { kafkaConfigs, kafkaServices } from './kafka.ts';
import { pages } from './pages.ts';
import { igniteConfig, igniteServices, mail, stores } from './stores.ts';

/** Absolute: `infra/engines/compose.yaml`. */
export const composePath = resolve(import.meta.dirname, '../compose.yaml');

/** No program in a container gains more rights than it was started with. */
const hardened = (all: Record<string, object>) =>
  Object.fromEntries(
    Object.entries(all).map(([name, service]) => [name, { ...service, security_opt: ['no-new-privileges:true'] }]),
  );

const services = { ...kafkaServices, ...stores, ...igniteServices, ...mail, ...pages };

/** The names of the volumes that the services keep their data in. */
const volumes = Object.values(services)
  .flatMap((service) => ('volumes' in service ? service.volumes : []))
  .map((volume) => volume.split(':')[0] ?? '')
  .filter((name) => /^[a-z]/.test(name));

/** The compose file as an object of the compose specification. */
const composeProject = {
  name: 'despacho',
  services: hardened(services),
  configs: { ...kafkaConfigs, ignite: igniteConfig },
  volumes: Object.fromEntries(volumes.map((name) => [name, {}])),
};

const header = `# Made by compose/file.ts from the settings of the native engines: change those, then run
#   node infra/engines/compose/file.ts
# By hand: docker compose -f infra/engines/compose.yaml --profile kraft up     (or --profile zookeeper)
# Kafka UI http://localhost:8080, Kibana http://localhost:5601, inbox http://localhost:1080, Elasticsearch :9200
`;

/** Version 1.1 of YAML quotes what some of its readers would take for yes or no. */
export const composeText = (): string =>
  header +
  stringify(composeProject, { version: '1.1', blockQuote: 'literal', lineWidth: 0, aliasDuplicateObjects: false });

if (import.meta.main) writeFileSync(composePath, composeText());
