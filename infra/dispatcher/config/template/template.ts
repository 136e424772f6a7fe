/** SAM and CloudFormation templates, brought into the form of a serverless service. */
import { basename, dirname, posix } from 'node:path';
import { Mistake } from '../../../faults.ts';
import { isJsonObject, type JsonObject, objectOf } from '../../../json.ts';
import type { DeclaredMapping, Service } from '../service.ts';
import { Resolver, type Template } from './intrinsics.ts';
import { mappingResources, type Resource, resourcesOf } from './mappings.ts';
import { nobody } from './resources.ts';
import { parseYaml } from './yaml.ts';

/** Lambda's own, where a template does not say it: seconds, and megabytes. */
const lambdaDefaults = { timeout: 3, memorySize: 128 };

/**
 * @param text of the template, YAML or JSON
 * @param file its path, for messages and for the names of what it deploys
 * @param parameters by name, instead of their defaults
 * @throws Mistake that names the file and what is wrong with it
 */
export function templateService(text: string, file: string, parameters: Readonly<Record<string, string>>): Service {
  const template = parseYaml(text, file);
  if (!isJsonObject(template) || !isJsonObject(template.Resources))
    throw new Mistake('file', `${file}: is no template of SAM or CloudFormation, it has no Resources`);
  const made = Object.keys(template.Resources).find((key) => key.startsWith('Fn::'));
  if (made) {
    const cure = 'give the template as CloudFormation has processed it, or write them out';
    throw new Mistake('file', `${file}: Resources.${made} makes resources that are not seen here; ${cure}`);
  }
  const stack = basename(dirname(file)).replace(/[^a-zA-Z0-9-]/g, '-');
  const region = process.env.AWS_REGION ?? 'us-east-1';
  const resolver = new Resolver(template as Template, { region, account: nobody, stack, parameters });
  const at = `${file}: Resources`;
  const shared = resolver.resolve(objectOf(template.Globals).Function);
  const of = (type: string) => resourcesOf(template.Resources, type, resolver);
  const sam = of('AWS::Serverless::Function').map((one) => ({
    ...one,
    properties: merged(objectOf(shared), one.properties),
  }));
  const functions = [...sam, ...of('AWS::Lambda::Function')].map((one) => [one.logicalId, definitionOf(one)]);
  return {
    service: stack,
    provider: { region },
    functions: Object.fromEntries(functions),
    eventSourceMappings: [
      ...sam.flatMap(({ logicalId, properties }) => samMappings(logicalId, properties.Events, at)),
      ...mappingResources(template.Resources, resolver, at),
    ],
  };
}

/** As SAM lays a resource over Globals: maps are merged, lists joined, and else the resource's own counts. */
function merged(shared: JsonObject, own: JsonObject): JsonObject {
  const both = Object.entries(own).map(([key, value]) => {
    const other = shared[key];
    if (isJsonObject(value) && isJsonObject(other)) return [key, merged(other, value)];
    return [key, Array.isArray(value) && Array.isArray(other) ? [...other, ...value] : value];
  });
  return { ...shared, ...Object.fromEntries(both) };
}

/** In the words of serverless. Code that is not in a folder here, such as an archive in S3, has no handler to be called here. */
function definitionOf({ logicalId, properties: of, metadata }: Resource): JsonObject {
  const { FunctionName: name, Runtime: runtime, Timeout: timeout, MemorySize: memorySize, Handler: handler } = of;
  // The CDK tells beside the function where its code lies.
  const code =
    objectOf(metadata)['aws:asset:path'] ?? of.CodeUri ?? of.Code ?? (of.InlineCode === undefined ? '.' : undefined);
  const provisioned = objectOf(of.ProvisionedConcurrencyConfig).ProvisionedConcurrentExecutions;
  const all = {
    name: typeof name === 'string' ? name : logicalId,
    runtime,
    ...(typeof code === 'string' && !code.startsWith('s3://') ? { handler, code: posix.normalize(code) } : {}),
    timeout: timeout ?? lambdaDefaults.timeout,
    memorySize: memorySize ?? lambdaDefaults.memorySize,
    provisionedConcurrency: provisioned,
    environment: objectOf(objectOf(of.Environment).Variables),
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

const samMappings = (functionName: string, events: unknown, at: string): DeclaredMapping[] =>
  Object.entries(objectOf(events)).flatMap(([event, one]) => {
    const { Type: written, Properties } = objectOf(one);
    if (written !== 'MSK' && written !== 'SelfManagedKafka') return [];
    const where = `${at}.${functionName}.Properties.Events.${event}.Properties`;
    return [{ where, functionName, written, properties: Properties }];
  });
