import type { Cluster } from '../cluster.ts';
import { topicDefaults } from '../topics.ts';
import { throttleTime } from '../wire/api.ts';
import type { Request } from '../wire/apis.ts';
import { errorCode } from '../wire/errors.ts';
import type { Handler } from './asked.ts';

/** Kafka's numbers of kinds of resources, and of where a setting comes from. */
const topicKind = 2;
const brokerKind = 4;
const fromTopic = 1;
const fromDefault = 5;

type Asked = Request<'DescribeConfigs'>['resources'][number];

/** @returns the settings that a topic was given, or the name of the error */
function ownSettings(kind: number, name: string, cluster: Cluster): ReadonlyMap<string, string> | string {
  if (kind === topicKind) return cluster.topics.get(name)?.config ?? 'UNKNOWN_TOPIC_OR_PARTITION';
  if (kind === brokerKind) return cluster.nodes.some(({ id }) => String(id) === name) ? new Map() : 'INVALID_REQUEST';
  return 'INVALID_REQUEST';
}

function describe({ kind, name, names }: Asked, cluster: Cluster) {
  const own = ownSettings(kind, name, cluster);
  if (typeof own === 'string') return { errorCode: errorCode(own), errorMessage: null, kind, name, entries: [] };
  const known = kind === topicKind ? Object.keys(topicDefaults) : [];
  const entries = known
    .filter((setting) => !names || names.includes(setting))
    .map((setting) => ({
      name: setting,
      value: own.get(setting) ?? topicDefaults[setting] ?? null,
      readOnly: false,
      source: own.has(setting) ? fromTopic : fromDefault,
      sensitive: false,
      synonyms: [],
    }));
  return { errorCode: 0, errorMessage: null, kind, name, entries };
}

export const describeConfigs: Handler<'DescribeConfigs'> = ({ resources }, { cluster }) => ({
  throttleTime,
  resources: resources.map((resource) => describe(resource, cluster)),
});

type Altered = Request<'AlterConfigs'>['resources'][number];

/** @returns the name of the error, or NONE */
function alter({ kind, name, entries }: Altered, { controller, settings }: Cluster, validateOnly: boolean): string {
  if (kind !== topicKind) return 'INVALID_REQUEST';
  const config = new Map(entries.map((entry) => [entry.name, entry.value ?? '']));
  return validateOnly ? controller.mayAlter(name, config) : controller.alter(name, config, settings.metadataDelay);
}

export const alterConfigs: Handler<'AlterConfigs'> = ({ resources, validateOnly }, { cluster }) => ({
  throttleTime,
  resources: resources.map((resource) => {
    const { kind, name } = resource;
    return { errorCode: errorCode(alter(resource, cluster, validateOnly)), errorMessage: null, kind, name };
  }),
});
