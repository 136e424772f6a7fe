/** The order pipeline's functions and triggers, as serverless.yml says them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandNames } from '../../../functions/orders/lifecycle.ts';
import { planOf } from '../../../infra/dispatcher/config/mapping.ts';
import type { Service } from '../../../infra/dispatcher/config/service.ts';
import { parseYaml } from '../../../infra/dispatcher/config/template/yaml.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const names: ReadonlySet<string> = new Set([...commandNames, 'notify', 'index']);

/** Variables by their defaults, without a namespace. */
const resolved = (text: string): string =>
  text
    .replace(/\$\{env:\w+, '([^']*)'\}/g, '$1')
    .replace(/\$\{self:custom\.namespace\}/g, '')
    .replace(/\$\{self:custom\.dispatcher\.brokers\}/g, 'simulated:9092')
    .replace(/\$\{env:KAFKA_BROKERS, "[^"]*"\}/, 'simulated:9092')
    .replace(/\$\{strToBool\((\w+)\)\}/, '$1');

function readService(): Service {
  const file = join(root, 'serverless.yml');
  const { functions = {}, custom } = parseYaml(resolved(readFileSync(file, 'utf8')), file) as Service;
  return {
    service: 'despacho',
    functions: Object.fromEntries(Object.entries(functions).filter(([name]) => names.has(name))),
    custom: { dispatcher: custom?.dispatcher },
  };
}

export const plan = planOf(readService(), root, { given: names });
