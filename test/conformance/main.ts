/** `npm run conformance`: is every rule of AWS's event source mapping kept? Against a real broker. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { brokersUp } from '../../infra/engines/brokers.ts';
import { type Implementation, implementations } from '../../scripts/bench/dispatcher/implementations.ts';
import { rules, Suite, type Verdict } from './suite.ts';

const usage = `npm run conformance -- [--against host|plugin|published]… [--rule <part of a name>] [--brokers <list>]

  host       our dispatcher in its stand-alone host (the default)
  plugin     our dispatcher as a serverless plugin, in serverless-offline
  published  @gabrielgollo/serverless-offline-kafka
Without --brokers Kafka is the one of KAFKA_BROKERS, else the one of this folder, which is started if need be.
`;

const options = {
  against: { type: 'string' as const, multiple: true as const, default: ['host' as string] },
  rule: { type: 'string' as const, default: '' },
  brokers: { type: 'string' as const },
  help: { type: 'boolean' as const, default: false },
} satisfies ParseArgsOptionsConfig;

function tableOf(verdicts: ReadonlyMap<string, Verdict[]>): string {
  const names = [...verdicts.keys()];
  const rows = rules
    .filter((rule) => [...verdicts.values()].some((list) => list.some((verdict) => verdict.rule === rule)))
    .map((rule) => {
      const cells = names.map((name) => {
        const verdict = verdicts.get(name)?.find((one) => one.rule === rule);
        return verdict?.passed ? 'yes' : rule.beyond && name === 'published' ? '(no)' : 'NO';
      });
      return `| ${rule.name} | ${cells.join(' | ')} | ${rule.words} |`;
    });
  return [`| rule | ${names.join(' | ')} | AWS's words |`, `|${' --- |'.repeat(names.length + 2)}`, ...rows].join('\n');
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const chosen = rules.filter(({ name }) => name.includes(values.rule));
  if (chosen.length === 0) throw new Error(`--rule: no rule has "${values.rule}" in its name`);
  const unknown = values.against.find((name) => !implementations[name]);
  if (unknown) throw new Error(`--against: "${unknown}" is none of ${Object.keys(implementations).join(', ')}`);
  const brokers = values.brokers?.split(',') ?? (await brokersUp(console.log));
  const verdicts = new Map<string, Verdict[]>();
  for (const name of values.against) {
    const implementation = implementations[name] as Implementation;
    console.log(`\n${implementation.name}`);
    const say = ({ rule, passed, reason, seconds }: Verdict) =>
      console.log(
        `${passed ? '  kept ' : '  BROKEN'} ${rule.name} (${seconds.toFixed(1)} s)${reason ? `\n         ${reason.split('\n').slice(0, 12).join('\n         ')}` : ''}`,
      );
    verdicts.set(name, await new Suite(implementation, brokers, say).run(chosen));
  }
  console.log(`\n${tableOf(verdicts)}\n`);
  for (const [name, list] of verdicts)
    console.log(`${name}: ${list.filter(({ passed }) => passed).length} of ${list.length} rules kept`);
  return [...verdicts].every(([name, list]) => name === 'published' || list.every(({ passed }) => passed)) ? 0 : 1;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(1);
  },
);
