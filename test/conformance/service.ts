import type { ServiceFile, Trigger } from '../../scripts/bench/dispatcher/implementations.ts';
import type { Rule } from './rule.ts';
import type { Scene } from './scene.ts';

export type Staged = { rule: Rule; scene: Scene; name: string };
type Placed = { rule: Rule; scene: Pick<Scene, 'topic' | 'group'>; name: string };

/**
 * The serverless.yml of staged rules: a function for each.
 * @param registry the address of the schema registry
 */
export function serviceOf(staged: readonly Placed[], brokers: string[], registry: string): ServiceFile {
  const functions: ServiceFile['functions'] = {};
  const extras: Record<string, unknown> = {};
  for (const { rule, scene, name } of staged) {
    const { twin, bystander, ...definition } = rule.definition ?? {};
    const handler = `scenes/${name}/function.handler`;
    functions[name] = { handler, ...definition, events: triggers(rule, scene, brokers) };
    if (twin)
      functions[`${name}twin`] = { handler, events: [trigger(rule, scene.topic, `${scene.group}.twin`, brokers)] };
    if (bystander) {
      const events = [trigger({ ...rule, event: {} }, `${scene.topic}.bystander`, `${scene.group}.bystander`, brokers)];
      functions[`${name}bystander`] = { handler: `scenes/${name}/bystander.handler`, events };
    }
    if (rule.extra) extras[name] = JSON.parse(JSON.stringify(rule.extra).replaceAll('$REGISTRY', registry));
  }
  const provider = { name: 'aws', runtime: 'nodejs22.x', region: 'us-east-1', timeout: 30 };
  return {
    service: 'conformance',
    // The published plugin has words of its own in the event, which the schema does not know.
    configValidationMode: 'warn',
    provider,
    functions,
    custom: { dispatcher: { brokers: brokers, functions: extras } },
  };
}

function triggers(rule: Rule, scene: Placed['scene'], brokers: string[]): Trigger[] {
  const first = trigger(rule, scene.topic, scene.group, brokers);
  return rule.event?.second
    ? [first, trigger(rule, `${scene.topic}.second`, `${scene.group}.second`, brokers)]
    : [first];
}

function trigger(rule: Rule, topic: string, consumerGroupId: string, brokers: string[]): Trigger {
  const { second, arn, ...event } = rule.event ?? {};
  const text = JSON.stringify({
    batchSize: 10,
    maximumBatchingWindow: 0,
    startingPosition: 'TRIM_HORIZON',
    ...event,
  });
  const settings = { topic, consumerGroupId, ...JSON.parse(text.replaceAll('$TOPIC', topic)) };
  if (arn) return { msk: { ...settings, arn } };
  const accessConfigurations = { vpcSubnet: ['subnet-0123456789'], vpcSecurityGroup: ['sg-0123456789'] };
  return { kafka: { ...settings, bootstrapServers: brokers, accessConfigurations } };
}
