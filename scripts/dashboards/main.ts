/** `npm run dashboards`: gives the dashboards to a Kibana, or writes them into the tree as files. */
import { writeFileSync } from 'node:fs';
import { splitLogin } from '../../functions/login.ts';
import { type Language, languages } from '../../functions/orders/lifecycle.ts';
import { readSettings } from '../../functions/settings.ts';
import { importObjects } from '../../infra/kibana/import.ts';
import { dashboardsOf, savedFile, savedObjects } from '../../infra/kibana/savedObjects.ts';
import { runMain } from '../../infra/runMain.ts';
import { type Flags, readFlags } from './flags.ts';

function write(): void {
  for (const language of languages) writeFileSync(savedFile(language), savedObjects(language));
  console.log(`Written: ${languages.map(savedFile).join(', ')}`);
}

/** A person's address of a dashboard, without the password that the import may have needed. */
function dashboardUrl(kibana: string, id: string): string {
  return `${splitLogin(kibana).base}/app/dashboards#/view/${id}`;
}

async function bring(language: Language, { kibana, namespace }: Flags): Promise<void> {
  const taken = await importObjects(kibana, savedObjects(language, namespace));
  console.log(`${language}: Kibana has taken ${taken} objects`);
  for (const { id, title } of dashboardsOf(language, namespace)) {
    console.log(`  ${title.padEnd(28)} ${dashboardUrl(kibana, id)}`);
  }
}

runMain(async () => {
  const flags = readFlags(process.argv.slice(2), readSettings());
  if (flags.write) return write();
  for (const language of flags.languages) await bring(language, flags);
});
