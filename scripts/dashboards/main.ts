/** `npm run dashboards`: gives the dashboards to a Kibana, or writes them into the tree as files. */
import { writeFileSync } from 'node:fs';
import { splitLogin } from '../../functions/login.ts';
import { type Language, languages } from '../../functions/orders/lifecycle.ts';
import { readSettings, type Settings } from '../../functions/settings.ts';
import { ImportFault, importObjects } from '../../infra/kibana/import.ts';
import { savedFile } from '../../infra/kibana/savedFile.ts';
import { dashboardsOf, savedObjects } from '../../infra/kibana/savedObjects.ts';
import { BadFlag, type Flags, help, readFlags } from './flags.ts';

function write(): void {
  for (const language of languages) writeFileSync(savedFile(language), savedObjects(language));
  console.log(`Written: ${languages.map(savedFile).join(', ')}`);
}

/** A person's address of a dashboard, without the password that the import may have needed. */
function addressOf(kibana: string, id: string): string {
  return `${splitLogin(kibana).base}/app/dashboards#/view/${id}`;
}

async function bring(language: Language, { kibana, namespace }: Flags): Promise<void> {
  const taken = await importObjects(kibana, savedObjects(language, namespace));
  console.log(`${language}: Kibana has taken ${taken} objects`);
  for (const { id, title } of dashboardsOf(language, namespace)) {
    console.log(`  ${title.padEnd(28)} ${addressOf(kibana, id)}`);
  }
}

/** What the environment sets wrongly is the person's to mend, as a flag is. */
function settings(): Settings {
  try {
    return readSettings();
  } catch (error) {
    throw new BadFlag((error as Error).message);
  }
}

async function main(): Promise<void> {
  const flags = readFlags(process.argv.slice(2), settings());
  if (flags.help) return console.log(help);
  if (flags.write) return write();
  for (const language of flags.languages) await bring(language, flags);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ImportFault || error instanceof BadFlag)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
