/** All that triggers a function from Kafka, wherever a service says it. */
import { z } from 'zod';
import { Mistake } from '../../faults.ts';
import { isJsonObject } from '../../json.ts';
import { properties, type Said } from './properties.ts';
import { type Extra, kafkaSchema, mskSchema, read, type Trigger } from './schema.ts';
import { deployedName, type Extension, extensionsOf, resolverOf, resourceMappings } from './serverlessResources.ts';
import type { DeclaredMapping, Service } from './service.ts';

/** A trigger of a function. */
export type Told = Readonly<{
  /** By its key under `functions`; undefined where only a deployment knows which it is. */
  functionName: string | undefined;
  /** Its place, for messages about it. */
  where: string;
  trigger: Trigger;
  /** What AWS is told of it that the `kafka` event of serverless has no word for. */
  extra: Extra;
}>;

/** @throws Mistake that names the key at fault */
export function triggersOf(service: Service): Told[] {
  const resolver = resolverOf(service);
  const events: Told[] = Object.entries(service.functions ?? {}).flatMap(([functionName, definition]) =>
    eventsOf(definition, `functions.${functionName}`, (value) => resolver.resolve(value)).map((event) => ({
      functionName,
      ...event,
    })),
  );
  const extended = extensionsOf(service, resolver).reduce(extend, events);
  const declared = [...resourceMappings(service, resolver), ...(service.eventSourceMappings ?? [])];
  return [...extended, ...declared.map((one) => declaredTrigger(one, service))];
}

const eventsSchema = z.object({ events: z.array(z.unknown()) });
const triggerSchema = z.looseObject({ kafka: z.unknown().optional(), msk: z.unknown().optional() });

/** The rest of a function without a Kafka event may be anything that serverless knows: it is none of ours. */
function eventsOf(definition: unknown, at: string, resolve: (value: unknown) => unknown): Omit<Told, 'functionName'>[] {
  const events = eventsSchema.safeParse(definition).data?.events ?? [];
  return events.flatMap((event, index) => {
    const { kafka, msk } = triggerSchema.safeParse(event).data ?? {};
    const where = `${at}.events.${index}`;
    const told = (trigger: Trigger) => [{ where, trigger, extra: {} }];
    if (kafka !== undefined) return told(read<Trigger>(kafkaSchema, resolve(kafka), `${where}.kafka`));
    return msk === undefined ? [] : told(read<Trigger>(mskSchema, resolve(msk), `${where}.msk`));
  });
}

/** Lays what `resources.extensions` says over the event whose mapping it extends. */
function extend(all: Told[], { where, said, extends: isOf }: Extension): Told[] {
  if (!all.some(isOf))
    throw new Mistake('service', `${where}: there is no kafka or msk event whose mapping has this id`);
  const { trigger, extra } = read<Said>(properties.extension, said, where);
  return all.map((told) =>
    isOf(told) ? { ...told, trigger: { ...told.trigger, ...trigger } as Trigger, extra } : told,
  );
}

function declaredTrigger({ where, functionName, written, properties: given }: DeclaredMapping, service: Service): Told {
  const { trigger, extra }: Said = read<Said>(properties[written], given, where);
  const whole = { ...defaults, ...trigger } as Trigger;
  return { functionName: functionKey(service, functionName, where), where, trigger: whole, extra };
}

/** AWS's own. */
const defaults = kafkaSchema.omit({ topic: true, bootstrapServers: true, startingPosition: true }).parse({});

/** A function that is not among the service's is known by its name alone. */
function functionKey(service: Service, given: unknown, where: string): string | undefined {
  if (isJsonObject(given)) return undefined;
  const text = read(z.string(), given, `${where}.FunctionName`);
  const [, name] = /^(?:(?:arn:[^:]+:lambda:[^:]*:)?\d*:function:)?([^:]+)(?::[^:]+)?$/.exec(text) ?? [];
  if (!name) throw new Mistake('service', `${where}.FunctionName: is the name of a function, or its ARN`);
  const known = Object.entries(service.functions ?? {}).find(
    ([key, definition]) => key === name || deployedName(service, key, definition) === name,
  );
  return known?.[0] ?? name;
}
