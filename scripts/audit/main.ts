/** Proves that no order was lost, doubled or led astray: `npm run audit -- [--run <id>] [--json]`. */
import { parseArgs } from 'node:util';
import { readSettings } from '../../functions/settings.ts';
import { audit } from './audit.ts';
import { describe } from './describe.ts';

const help = `npm run audit -- [--run <id>] [--json]

Reads Kafka, Redis, the inbox and Elasticsearch, and proves for every order (or those of one load run) that
accepted = finished + cancelled + dead + in flight, that every history is legal and without gaps, and that every
transition has one e-mail and one metric document. Ends with 1 and a list where that is not so.`;

try {
  const { values } = parseArgs({
    options: { run: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) console.log(help);
  else {
    const verdict = await audit(readSettings(), values.run);
    console.log(values.json ? JSON.stringify(verdict, null, 2) : describe(verdict));
    process.exitCode = verdict.offences.length > 0 ? 1 : 0;
  }
} catch (error) {
  console.error(`The audit could not be made: ${error instanceof Error ? error.message : error}`);
  console.error('Are the engines up? npm start brings them up; npm run audit -- --help tells the flags.');
  process.exitCode = 2;
}
