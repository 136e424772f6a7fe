/** What the CloudFormation of a serverless service, its `resources`, says about Kafka triggers. */

import { type JsonObject, objectOf } from '../../json.ts';
import type { Trigger } from './schema.ts';
import type { DeclaredMapping, Service } from './service.ts';
import { Resolver, type Template } from './template/intrinsics.ts';
import { mappingResources } from './template/mappings.ts';
import { nobody } from './template/resources.ts';

/** It may be a list of parts. */
const parts = ({ resources }: Service): JsonObject[] => [resources].flat().map(objectOf);
const section = (service: Service, name: string): JsonObject =>
  Object.assign({}, ...parts(service).map((part) => objectOf(part[name])));

/** serverless' way of making logical ids. */
const firstLarge = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const logicalName = (name: string): string => firstLarge(name.replaceAll('-', 'Dash').replaceAll('_', 'Underscore'));
const letters = (name: string): string => firstLarge(name.replace(/[^0-9A-Za-z]/g, ''));

/** What serverless calls a function of the service where it is deployed. */
export function deployedName({ service = 'service', provider }: Service, key: string, definition: unknown): string {
  const { name } = objectOf(definition);
  return typeof name === 'string' ? name : `${service}-${provider?.stage ?? 'dev'}-${key}`;
}

/** Resolves what refers to the resources of the service, and to its functions by the logical ids that they will have. */
export function resolverOf(service: Service): Resolver {
  const { service: name = 'service', provider: { stage = 'dev', region = 'us-east-1' } = {}, functions = {} } = service;
  const lambdas = Object.entries(functions).map(([key, definition]) => {
    const FunctionName = deployedName(service, key, definition);
    return [`${logicalName(key)}LambdaFunction`, { Type: 'AWS::Lambda::Function', Properties: { FunctionName } }];
  });
  const template: Template = {
    Parameters: section(service, 'Parameters'),
    Mappings: section(service, 'Mappings'),
    Conditions: section(service, 'Conditions'),
    Resources: { ...Object.fromEntries(lambdas), ...section(service, 'Resources') },
  };
  return new Resolver(template, { region, account: nobody, stack: `${name}-${stage}`, parameters: {} });
}

/** Mappings that the service writes down itself. */
export const resourceMappings = (service: Service, resolver: Resolver): DeclaredMapping[] =>
  mappingResources(section(service, 'Resources'), resolver, 'resources.Resources');

type Extended = Readonly<{ functionName: string | undefined; trigger: Trigger }>;
/** What `resources.extensions` says of one of the mappings that serverless makes, in AWS's words. */
export type Extension = Readonly<{ where: string; said: unknown; extends: (told: Extended) => boolean }>;

/** Those of `kafka` and `msk` events. */
export const extensionsOf = (service: Service, resolver: Resolver): Extension[] =>
  Object.entries(section(service, 'extensions'))
    .filter(([logicalId]) => /EventSourceMapping(Kafka|MSK)/.test(logicalId))
    .map(([logicalId, extension]) => ({
      where: `resources.extensions.${logicalId}.Properties`,
      said: resolver.resolve(objectOf(objectOf(extension).Properties)),
      extends: (told) => isMappingOf(logicalId, told),
    }));

/** The cluster in the logical id of an `msk` event is made of how its ARN is written. */
function isMappingOf(logicalId: string, { functionName, trigger: { topic, ...source } }: Extended): boolean {
  const start = `${logicalName(functionName ?? '')}EventSourceMapping`;
  if (!('arn' in source)) return logicalId === `${start}Kafka${letters(topic).slice(0, 158)}`;
  return logicalId.startsWith(`${start}MSK`) && logicalId.endsWith(letters(topic).slice(0, 79));
}
