/** What the chart makes of its values: checked against the Kubernetes API's schemas, and by the system's own settings. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { partNames, readSettings } from '../../functions/settings.ts';
import { deployTools, missingHere } from '../deployTools.fixture.ts';
import { run } from '../engines/command.ts';
import { ownFolder } from '../ownFolder.fixture.ts';

const chart = import.meta.dirname;
const folder = ownFolder();

type Variable = { name: string; value: string };
type Container = { env: Variable[]; securityContext: object; resources: { requests: object; limits: object } };
type Pod = { containers: [Container]; securityContext: object };
type Manifest = { kind: string; metadata: { name: string }; spec: { replicas?: number; template: { spec: Pod } } };
type Manifests = { file: string; all: Manifest[] };

/** As a cluster gets them, for one of the files of values. */
async function render(values: string): Promise<Manifests> {
  const { helm } = await deployTools();
  const options = ['-f', join(chart, `values-${values}.yaml`)];
  await run('helm lint', [helm, 'lint', '--strict', chart, ...options]);
  const text = await run('helm template', [helm, 'template', 'shop', chart, ...options]);
  const file = join(folder, `${values}.yaml`);
  writeFileSync(file, text);
  return { file, all: parseAllDocuments(text).map((document) => document.toJS()) };
}

const deployments = ({ all }: Manifests) => all.filter(({ kind }) => kind === 'Deployment');
const containerOf = ({ spec }: Manifest): Container => spec.template.spec.containers[0];

const pem = '-----BEGIN CERTIFICATE-----\nbm90aGluZw==\n-----END CERTIFICATE-----\n';

/** What the container's process would see, its mounted files put where this test can write. */
function environmentOf(container: Container): Record<string, string> {
  return Object.fromEntries(
    container.env.map(({ name, value }) => {
      if (!name.endsWith('_FILE')) return [name, value];
      const file = join(folder, name);
      writeFileSync(file, name.includes('_CA') ? pem : 'a password');
      return [name, file];
    }),
  );
}

for (const values of ['laptop', 'production'] as const) {
  describe(`with values-${values}.yaml`, { skip: missingHere }, () => {
    const rendered = render(values);

    test('the oldest and the newest Kubernetes it is for know every field', async () => {
      const { kubernetesValidate, environment } = await deployTools();
      const { file } = await rendered;
      for (const version of ['1.30', '1.37']) {
        const check = ['python3', kubernetesValidate, '--strict', '--quiet', '-k', version, file] as const;
        await run(`Kubernetes ${version}`, check, { environment });
      }
    });

    test('each part is a process of its own whose settings the system takes', async () => {
      const all = deployments(await rendered);
      const parts = all.map((one) => readSettings(environmentOf(containerOf(one))).parts);
      assert.deepEqual(parts.flat().sort(), [...partNames].sort());
    });

    test('no container is root, writes beside its volumes, or gains rights, and each says what it needs', async () => {
      for (const deployment of deployments(await rendered)) {
        const { securityContext } = deployment.spec.template.spec;
        const container = containerOf(deployment);
        assert.partialDeepStrictEqual(securityContext, {
          runAsNonRoot: true,
          seccompProfile: { type: 'RuntimeDefault' },
        });
        assert.deepEqual(container.securityContext, {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
        assert.deepEqual(Object.keys(container.resources.requests), ['cpu', 'memory']);
        assert.deepEqual(Object.keys(container.resources.limits), ['memory']);
      }
    });

    test('each part may be disturbed one pod at a time, and is reached by nobody unless he is named', async () => {
      const { all } = await rendered;
      const named = (kind: string) => all.filter((one) => one.kind === kind).map(({ metadata }) => metadata.name);
      assert.deepEqual(named('PodDisruptionBudget').sort(), partNames.map((part) => `shop-${part}`).sort());
      assert.deepEqual(named('NetworkPolicy'), ['shop', 'shop-gateway']);
    });
  });
}

/** Of KEDA's ScaledObject, the fields that are used. */
const scaledObject = z.object({
  spec: z.strictObject({
    scaleTargetRef: z.strictObject({ name: z.literal('shop-dispatcher') }),
    minReplicaCount: z.int(),
    maxReplicaCount: z.int(),
    pollingInterval: z.int(),
    cooldownPeriod: z.int(),
    advanced: z.object({
      horizontalPodAutoscalerConfig: z.object({ behavior: z.object({ scaleDown: z.object({}) }) }),
    }),
    triggers: z.array(
      z.strictObject({
        type: z.literal('kafka'),
        metadata: z.record(z.string(), z.string()),
        authenticationRef: z.strictObject({ name: z.literal('shop-kafka') }),
      }),
    ),
  }),
});

test('KEDA looks at the lag of every group of serverless.yml, and nothing else counts the dispatchers', {
  skip: missingHere,
}, async () => {
  const production = await render('production');
  const { spec } = scaledObject.parse(production.all.find(({ kind }) => kind === 'ScaledObject'));
  const watched = spec.triggers.map(({ metadata }) => [metadata.consumerGroup, metadata.topic]);
  type Events = { events?: { kafka?: { topic: string } }[] };
  const { functions } = parse(readFileSync(join(chart, '../../serverless.yml'), 'utf8'), { merge: true }) as {
    functions: Record<string, Events>;
  };
  const read = Object.entries(functions).flatMap(([name, { events = [] }]) =>
    events.flatMap(({ kafka }) => (kafka ? [[name, kafka.topic.replace(/\$\{.*\}/, '')]] : [])),
  );
  assert.deepEqual(watched.sort(), read.sort());
  const dispatcher = deployments(production).find(({ metadata }) => metadata.name === 'shop-dispatcher');
  assert.equal(dispatcher?.spec.replicas, undefined);
});
