/** `npm run conformance`: is every rule of AWS's event source mapping kept? Against a real broker. */
import { z } from 'zod';
import { flag, listed, oneOf, readCommandLine } from '../../infra/commandLine.ts';
import { kafkaUp } from '../../infra/engines/brokers.ts';
import { Mistake } from '../../infra/faults.ts';
import { namesOf } from '../../infra/namesOf.ts';
import { runMain } from '../../infra/runMain.ts';
import { implementations } from '../../scripts/bench/dispatcher/implementations.ts';
import { recordAws } from './aws/recorder.ts';
import { elsewhere, endpointImplementation } from './endpoint/implementation.ts';
import { rules } from './rules.ts';
import { Suite, type Verdict } from './suite.ts';

const endpoint = endpointImplementation();
const all = { ...implementations, endpoint };
const names = [...namesOf(all), 'aws'] as const;

const commandLine = {
  name: 'npm run conformance --',
  about: `Is every rule of AWS's event source mapping kept? Against a real broker.
  host       our dispatcher in its stand-alone host
  plugin     our dispatcher as a serverless plugin, in serverless-offline
  endpoint   our dispatcher, its functions behind AWS's Runtime Interface Emulator
  published  @gabrielgollo/serverless-offline-kafka
  aws        AWS itself: what its pages leave open is deployed with the credentials at hand, and what happens is written to a file`,
  flags: {
    against: flag(
      `<${names.join('|')}...>`,
      'some of these; host unless given',
      z
        .array(oneOf(names))
        .refine((all) => all.length === 1 || !all.includes('aws'), 'AWS is asked by itself')
        .default(['host']),
    ),
    rule: flag('<part of a name>', 'only the rules that have this in their name', z.string().default('')),
    brokers: flag(
      '<list>',
      'of Kafka; those of KAFKA_BROKERS unless given, else the one of this folder, which is started if need be',
      listed('is a list like 127.0.0.1:9092').optional(),
    ),
    access: flag(
      '<type=uri...>',
      'how AWS enters the brokers, like SASL_SCRAM_512_AUTH=<arn of a secret>; this process does by KAFKA_USER and the like',
      z
        .array(z.string().regex(/^[A-Z_0-9]+=./, 'is <type>=<uri>'))
        .default([])
        .transform((all) =>
          all.map((one) => ({ Type: one.split('=', 1)[0] ?? '', URI: one.slice(one.indexOf('=') + 1) })),
        ),
    ),
    out: flag('<file>', 'what happened on AWS', z.string().default('conformance-aws.json')),
  },
};

function tableOf(verdicts: ReadonlyMap<string, Verdict[]>): string {
  const names = [...verdicts.keys()];
  const rows = rules
    .filter((rule) => [...verdicts.values()].some((list) => list.some((verdict) => verdict.rule === rule)))
    .map((rule) => {
      const cells = names.map((name) => {
        const verdict = verdicts.get(name)?.find((one) => one.rule === rule);
        if (!verdict) return '–';
        return verdict.passed ? 'yes' : rule.beyond && name === 'published' ? '(no)' : 'NO';
      });
      const open = rule.open ? ` (open: ${rule.open})` : '';
      return `| ${rule.name} | ${cells.join(' | ')} | ${rule.page ? `[${rule.words}](${rule.page})` : rule.words}${open} |`;
    });
  return [
    `| rule | ${names.join(' | ')} | what AWS says, quoted or in other words |`,
    `|${' --- |'.repeat(names.length + 2)}`,
    ...rows,
  ].join('\n');
}

const say = ({ rule, passed, reason, seconds }: Verdict) =>
  console.log(
    `${passed ? '  kept ' : '  BROKEN'} ${rule.name} (${seconds.toFixed(1)} s)${reason ? `\n         ${reason.split('\n').slice(0, 12).join('\n         ')}` : ''}`,
  );

async function main(): Promise<number> {
  const { against, rule: part, brokers: given, access, out } = readCommandLine(commandLine);
  const chosen = rules.filter(({ name }) => name.includes(part));
  if (chosen.length === 0) throw new Mistake('flag', `--rule: no rule has "${part}" in its name`);
  if (against.includes('aws')) return recordAws(chosen, { brokers: given, access, out, narrowed: part !== '' });
  const place = await kafkaUp(console.log, given);
  const verdicts = new Map<string, Verdict[]>();
  for (const name of against) {
    if (name === 'aws') continue;
    const implementation = all[name];
    console.log(`\n${implementation.name}`);
    const asked = chosen.filter((rule) => name !== 'endpoint' || !(rule.name in elsewhere));
    for (const rule of chosen.filter((one) => !asked.includes(one)))
      console.log(`  left out ${rule.name}: ${elsewhere[rule.name]}`);
    verdicts.set(name, await new Suite(implementation, place, say).run(asked).finally(endpoint.end));
  }
  console.log(`\n${tableOf(verdicts)}\n`);
  for (const [name, list] of verdicts)
    console.log(`${name}: ${list.filter(({ passed }) => passed).length} of ${list.length} rules kept`);
  return [...verdicts].every(([name, list]) => name === 'published' || list.every(({ passed }) => passed)) ? 0 : 1;
}

runMain(main);
