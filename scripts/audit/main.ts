/** Proves that no order was lost, doubled or led astray: `npm run audit -- [--run <id>] [--acknowledged <file>] [--json]`. */
import { z } from 'zod';
import { readSettings } from '../../functions/settings.ts';
import { flag, readCommandLine, toggle } from '../../infra/commandLine.ts';
import { Mistake, Trouble } from '../../infra/faults.ts';
import { runMain } from '../../infra/runMain.ts';
import { readAcknowledged } from './acknowledged.ts';
import { audit } from './audit.ts';
import { describe } from './describe.ts';

const commandLine = {
  name: 'npm run audit --',
  about: `Reads Kafka, Redis, the inbox and Elasticsearch, and proves for every order (or those of one load run) that
accepted = finished + cancelled + dead + in flight, that every history is legal and without gaps, and that every
transition has one e-mail and one metric document. Ends with 1 and a list where that is not so.`,
  flags: {
    run: flag('<id>', 'only the orders of this load run', z.string().optional()),
    acknowledged: flag(
      '<file>',
      'a file of npm run load -- --csv-out: whether each order that it names as stored is',
      z.string().optional(),
    ),
    json: toggle('the verdict as JSON'),
  },
};

/** @throws Trouble where an engine cannot be asked */
function notMade(error: Error): never {
  if (error instanceof Mistake) throw error;
  const advice = 'Are the engines up? npm start brings them up; npm run audit -- --help tells the flags.';
  throw new Trouble('away', `The audit could not be made: ${error.message}\n${advice}`, { cause: error });
}

runMain(
  async () => {
    const { run, acknowledged: file, json } = readCommandLine(commandLine);
    const acknowledged = file === undefined ? undefined : readAcknowledged(file);
    const verdict = await audit(readSettings(), { run, acknowledged }).catch(notMade);
    console.log(json ? JSON.stringify(verdict, null, 2) : describe(verdict));
    return verdict.offences.length > 0 ? 1 : 0;
  },
  { trouble: 2 },
);
