import { commandNames, type Language, transition } from '../../functions/orders/lifecycle.ts';
import type { Settings } from '../../functions/settings.ts';
import { describe } from '../audit/describe.ts';
import type { Verdict } from '../audit/judge.ts';
import { quantile } from '../quantile.ts';
import type { Move } from './orders.ts';
import { systemLog } from './system.ts';

function latencies(moves: readonly Move[], language: Language): string[] {
  return commandNames.flatMap((command) => {
    const taken = moves.filter((move) => move.command === command).map(({ milliseconds }) => milliseconds);
    if (taken.length === 0) return [];
    const sorted = taken.sort((a, b) => a - b);
    const name = transition(command).label[language].padEnd(26);
    return [`  ${name}${String(quantile(sorted, 0.5)).padStart(6)} ms   ${String(sorted.at(-1)).padStart(6)} ms`];
  });
}

/** What the demonstration showed, and where to look further. */
export function summary(settings: Settings, clock: number, moves: readonly Move[], verdict: Verdict): string {
  const { language } = settings;
  return [
    '',
    `Latency of each transition (waits divided by ${clock}): median, most`,
    ...latencies(moves, language),
    '',
    describe(verdict),
    '',
    `Console        ${settings.consoleUrl} (Kafka: ${settings.consoleUrl}/#kafka)`,
    `gRPC gateway   ${settings.grpcAddress}`,
    `Functions      http://127.0.0.1:3002 (serverless invoke, AWS SDK)`,
    `E-mails        ${settings.inboxUrl}`,
    `Elasticsearch  ${settings.elasticsearchUrl.split(',')[0]}/${settings.namespace}despacho-transitions/_search`,
    `Kafka          ${settings.kafkaBrokers.join(',')}`,
    `System's log   ${systemLog}`,
  ].join('\n');
}
