import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { DCLinter } from 'dclint';
import { parse } from 'yaml';
import { ownFolder } from '../../ownFolder.fixture.ts';
import { engines } from '../catalogue.ts';
import { siteOf, usualHome } from '../site.ts';
import { composePath, composeText } from './file.ts';
import { official, variable, versions } from './parts.ts';

type Service = Readonly<{
  image: string;
  command?: string[];
  environment?: Record<string, string>;
  ports?: string[];
  volumes?: string[];
  healthcheck?: object;
  mem_limit?: string;
  read_only?: boolean;
  cap_drop?: string[];
  security_opt?: string[];
  depends_on?: Record<string, { condition: string }>;
  configs?: { source: string }[];
}>;
type Project = Readonly<{
  services: Record<string, Service>;
  volumes: Record<string, object>;
  configs: Record<string, { content: string }>;
}>;

const project = parse(readFileSync(composePath, 'utf8')) as Project;
const service = (name: string): Service => {
  const found = project.services[name];
  assert.ok(found, `compose.yaml has no service ${name}`);
  return found;
};

/** The files and the command line that the native engine is started with. */
async function native(name: string): Promise<string> {
  const engine = engines.find((one) => one.name === name);
  assert.ok(engine);
  const { command, files = {} } = await engine.launch(siteOf(engine, usualHome, {}, () => {}));
  return [...Object.values(files), command.join(' ')].join('\n');
}

test('the file in the tree is what the settings make; else run: node infra/engines/compose/file.ts', () => {
  assert.equal(readFileSync(composePath, 'utf8'), composeText());
});

/** What is wrong by the schema of the compose specification, which the linter carries. */
function schemaFaults(file: string): string[] {
  const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] });
  const results = linter.lintFiles([file], false) as { messages: { rule: string; message: string }[] }[];
  return results
    .flatMap(({ messages }) => messages)
    .filter(({ rule }) => rule.startsWith('invalid-'))
    .map(({ message }) => message);
}

test('the file is valid by the schema of the compose specification, which finds a fault in another', () => {
  assert.deepEqual(schemaFaults(composePath), []);
  const folder = ownFolder();
  const wrong = join(folder, 'compose.yaml');
  writeFileSync(wrong, composeText().replace('mem_limit: 1g', 'memory_limit: 1g'));
  assert.match(schemaFaults(wrong).join(), /memory_limit|additional propert/i);
});

/** The settings of the container as lines of the native engine's own form. */
const settings: readonly (readonly [string, () => string[]])[] = [
  ['kafka', () => tuned(service('kafka').environment ?? {})],
  [
    'redis',
    () =>
      (service('redis').command ?? [])
        .join(' ')
        .split(' --')
        .slice(1)
        .filter((one) => !one.startsWith('requirepass'))
        .map((one) => one.replace(/ $/, ' ""')),
  ],
  ['postgres', () => (service('postgres').command ?? []).filter((one) => one.includes('='))],
  [
    'elasticsearch',
    () =>
      Object.entries(service('elasticsearch').environment ?? {})
        // What says who may ask is another thing there.
        .filter(([name]) => name.includes('.') && !/security|cors/.test(name))
        .map((pair) => pair.join(': ')),
  ],
  ['zookeeper', () => lines('zookeeper').filter((line) => !line.startsWith('dataDir'))],
  [
    'kafka-zookeeper',
    () => lines('kafka-zookeeper').filter((line) => !/listener|^log\.dirs|^zookeeper\.connect=/.test(line)),
  ],
  ['ignite', () => lines('ignite').filter((line) => line.includes('dataStorageConfiguration'))],
];

const lines = (config: string) => (project.configs[config]?.content ?? '').trim().split('\n');

/** Without what says where the broker is. */
const tuned = (environment: Record<string, string>) =>
  Object.entries(environment)
    .filter(([name]) => !/LISTENER|VOTERS|LOG_DIRS|_OPTS$/.test(name))
    .map(([name, value]) => `${name.replace('KAFKA_', '').replaceAll('_', '.').toLowerCase()}=${value}`);

for (const [name, ofContainer] of settings) {
  test(`${name} has the native engine's settings in its container`, async () => {
    const here = await native(name);
    const wanted = ofContainer();
    assert.ok(wanted.length > 0);
    for (const setting of wanted) assert.ok(here.includes(setting), `the native ${name} has no ${setting}`);
  });
}

test('every official image is what its digest says, and every other a version', () => {
  for (const [name, { image }] of Object.entries(project.services)) {
    const isOfficial = !image.includes('/');
    assert.match(image, /^[a-z/-]+:v?\d+\.\d+(\.\d+)?(-slim)?(@sha256:[0-9a-f]{64})?$/, name);
    assert.equal(image.includes('@sha256:'), isOfficial, name);
  }
});

test("the system's own image is built on the Node that the lock file names, by its digest", () => {
  const text = readFileSync(join(import.meta.dirname, '../../image/Dockerfile'), 'utf8');
  const [, version = '', digest = ''] =
    /^FROM node:([\d.]+)-bookworm-slim@(sha256:[0-9a-f]{64}) AS base$/m.exec(text) ?? [];
  assert.equal(version, versions.node);
  assert.ok(official(`node:${version}-slim`).endsWith(digest), 'bookworm is what the official image is built on');
});

test('every container has a limit and every lasting one a health check', () => {
  const passing = ['dashboards', 'ignite-activate'];
  for (const [name, { mem_limit, healthcheck, volumes = [] }] of Object.entries(project.services)) {
    assert.match(mem_limit ?? '', /^\d+[mg]$/, name);
    assert.equal(healthcheck === undefined, passing.includes(name), name);
    for (const volume of volumes.map((one) => one.split(':')[0] ?? '')) {
      assert.ok(volume.startsWith('..') || volume in project.volumes, `${name}: ${volume}`);
    }
  }
});

test('every port is bound to this machine alone and moves with the native variable', () => {
  const known = engines.flatMap(({ ports }) => ports.map((port) => variable(port.variable, port.usual)));
  const pages = [variable('KAFKA_UI_PORT', 8080), variable('KIBANA_PORT', 5601)];
  for (const [name, { ports = [] }] of Object.entries(project.services)) {
    for (const port of ports) {
      const [, outside = ''] = /^127\.0\.0\.1:(\$\{.+\}):\d+$/.exec(port) ?? [];
      assert.ok([...known, ...pages].includes(outside), `${name}: ${port}`);
    }
  }
});

test('the inbox has all of the checkout that it runs in its container, and nothing else: no secrets, no history', async () => {
  const mounted = (service('inbox').volumes ?? []).flatMap(
    (one) => /^\.\.\/\.\.\/(.+):\/despacho\/\1:ro$/.exec(one)?.[1] ?? [],
  );
  assert.ok(mounted.every((path) => /^(package\.json|node_modules|functions\/text\.ts|infra\/[a-zA-Z.]+)$/.test(path)));
  const folder = ownFolder();
  for (const path of mounted) {
    const [from, to] = [join(import.meta.dirname, '../../..', path), join(folder, path)];
    mkdirSync(dirname(to), { recursive: true });
    if (path === 'node_modules') symlinkSync(from, to);
    else cpSync(from, to, { recursive: true });
  }
  const child = spawn(process.execPath, ['infra/inbox/main.ts', 'letters', '0', '0', '30'], {
    cwd: folder,
    stdio: 'pipe',
  });
  const said = await Promise.race([once(child.stdout, 'data'), once(child.stderr, 'data')]);
  child.kill('SIGKILL');
  assert.match(String(said), /^0 letters;/);
});

test('no container may do more than it must', () => {
  for (const [name, { security_opt = [] }] of Object.entries(project.services)) {
    assert.ok(security_opt.includes('no-new-privileges:true'), name);
  }
  const { read_only, cap_drop } = service('inbox');
  assert.deepEqual([read_only, cap_drop], [true, ['ALL']]);
});

test('what a service waits for and is configured by is there', () => {
  for (const [name, { depends_on = {}, configs = [] }] of Object.entries(project.services)) {
    for (const other of Object.keys(depends_on)) assert.ok(other in project.services, `${name}: ${other}`);
    for (const { source } of configs) assert.ok(source in project.configs, `${name}: ${source}`);
  }
});
