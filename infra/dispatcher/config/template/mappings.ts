import { isJsonObject, type JsonObject, objectOf } from '../../../json.ts';
import { readsKafka } from '../properties.ts';
import type { DeclaredMapping } from '../service.ts';
import type { Resolver } from './intrinsics.ts';

/** With its properties resolved; its metadata as they stand. */
export type Resource = Readonly<{ logicalId: string; properties: JsonObject; metadata: unknown }>;

/** The resources of a type that the template makes. */
export function resourcesOf(resources: unknown, type: string, resolver: Resolver): Resource[] {
  return Object.entries(objectOf(resources)).flatMap(([logicalId, resource]) => {
    if (!isJsonObject(resource) || resource.Type !== type) return [];
    const condition = resource.Condition;
    if (typeof condition === 'string' && resolver.condition(condition) === false) return [];
    const properties = resolver.resolve(resource.Properties);
    return [{ logicalId, properties: objectOf(properties), metadata: resource.Metadata }];
  });
}

/** The resources that are event source mappings of Kafka. @param at their place */
export const mappingResources = (resources: unknown, resolver: Resolver, at: string): DeclaredMapping[] =>
  resourcesOf(resources, 'AWS::Lambda::EventSourceMapping', resolver)
    .filter(({ properties }) => readsKafka(properties))
    .map(({ logicalId, properties }) => ({
      where: `${at}.${logicalId}.Properties`,
      functionName: properties.FunctionName,
      written: 'mapping',
      properties,
    }));
