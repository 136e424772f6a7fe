/** The event source mappings of Kafka that a Lambda endpoint has. */
import type { EventSourceMappingConfiguration, LambdaClient } from '@aws-sdk/client-lambda';
import { mappingKeys, readsKafka } from '../config/properties.ts';
import type { Service } from '../config/service.ts';
import { clientConfig } from '../invoke/awsClient.ts';

/** A mapping that is to be read from, and the service that it alone makes. */
export type LiveMapping = Readonly<{ uuid: string; functionName: string; service: Service }>;

/** In these states AWS reads from the source, or is about to. */
const reading = ['Creating', 'Enabling', 'Enabled', 'Updating'];
/** Seconds: the longest that a function may take, where nobody says what this one may. */
const longestTimeout = 900;

/** Asks one endpoint, by the AWS SDK. */
export interface LambdaApi {
  /** Those that are enabled. @throws whatever the SDK throws where nobody answers, or not as AWS does */
  mappings(signal: AbortSignal): Promise<LiveMapping[]>;
  close(): void;
}

/** @param endpoint such as `http://127.0.0.1:4566` */
export async function lambdaApi(endpoint: string): Promise<LambdaApi> {
  const sdk = await import('@aws-sdk/client-lambda');
  const client: LambdaClient = new sdk.LambdaClient(clientConfig(endpoint));
  /** As last answered: a mapping that seems to have changed is ended and started anew. */
  const timeouts = new Map<string, number>();
  const timeoutOf = async (FunctionName: string, abortSignal: AbortSignal): Promise<number> => {
    const asked = client.send(new sdk.GetFunctionConfigurationCommand({ FunctionName }), { abortSignal });
    const timeout = (await asked.catch(() => undefined))?.Timeout ?? timeouts.get(FunctionName) ?? longestTimeout;
    timeouts.set(FunctionName, timeout);
    return timeout;
  };
  return {
    async mappings(abortSignal) {
      const found: EventSourceMappingConfiguration[] = [];
      let Marker: string | undefined;
      do {
        const page = await client.send(new sdk.ListEventSourceMappingsCommand({ Marker }), { abortSignal });
        found.push(...(page.EventSourceMappings ?? []));
        Marker = page.NextMarker || undefined;
      } while (Marker);
      const kafka = found.filter(({ State, ...rest }) => reading.includes(State ?? 'Enabled') && readsKafka(rest));
      return Promise.all(
        kafka.map(async (one) => liveMapping(one, await timeoutOf(deployedAs(one.FunctionArn ?? ''), abortSignal))),
      );
    },
    close: () => client.destroy(),
  };
}

/** The function's name with its alias or version, as the API takes it. */
const deployedAs = (arn: string): string => /function:(.+)$/.exec(arn)?.[1] ?? arn;

function liveMapping(one: EventSourceMappingConfiguration, timeout: number): LiveMapping {
  const { UUID: uuid = '', FunctionArn: arn = '' } = one;
  const name = deployedAs(arn);
  const [functionName = ''] = name.split(':');
  const where = `event source mapping ${uuid}`;
  const properties = propertiesOf(one, uuid);
  const service: Service = {
    functions: { [functionName]: { name, timeout } },
    eventSourceMappings: [{ where, functionName: arn, written: 'mapping', properties }],
  };
  return { uuid, functionName, service };
}

/** As CloudFormation would have it: the API has words of its own for some things, and answers empty ones. */
function propertiesOf(one: EventSourceMappingConfiguration, uuid: string): Record<string, unknown> {
  const { DestinationConfig, SelfManagedEventSource, StartingPositionTimestamp: since } = one;
  const servers = SelfManagedEventSource?.Endpoints?.KAFKA_BOOTSTRAP_SERVERS;
  const destined = DestinationConfig?.OnFailure?.Destination;
  const groupKey = servers ? 'SelfManagedKafkaEventSourceConfig' : 'AmazonManagedKafkaEventSourceConfig';
  const known = Object.entries(one).filter(([key, value]) => mappingKeys.has(key) && value !== null);
  const { DestinationConfig: _, ...rest } = Object.fromEntries(known);
  return {
    // Some that speak the API do not say it.
    StartingPosition: 'TRIM_HORIZON',
    ...rest,
    // AWS's own name for a group that nobody has named.
    [groupKey]: { ConsumerGroupId: uuid, ...one[groupKey] },
    ...(servers && { SelfManagedEventSource: { Endpoints: { KafkaBootstrapServers: servers } } }),
    ...(since && { StartingPositionTimestamp: since.getTime() / 1000 }),
    ...(destined && { DestinationConfig: { OnFailure: { Destination: destined } } }),
  };
}
