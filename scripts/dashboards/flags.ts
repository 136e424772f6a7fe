import { z } from 'zod';
import { languages } from '../../functions/orders/lifecycle.ts';
import type { Settings } from '../../functions/settings.ts';
import { flag, readCommandLine, toggle } from '../../infra/commandLine.ts';

const commandLine = ({ kibanaUrl, namespace }: Pick<Settings, 'kibanaUrl' | 'namespace'>) => ({
  name: 'npm run dashboards --',
  about: `Imports the data views and dashboards (orders, functions, e-mails, lab) into Kibana 8.12 or newer.
A second import replaces the first.`,
  flags: {
    kibana: flag(
      '<address>',
      'http://127.0.0.1:5601 unless KIBANA_URL says otherwise; http://name:password@host:5601 to log in',
      z.url({ protocol: /^https?$/, error: 'is not an address like http://127.0.0.1:5601' }).default(kibanaUrl),
    ),
    language: flag(
      `<${languages.join('|')}|both>`,
      'of the labels; both unless given',
      z.enum([...languages, 'both'], `is ${languages.join(', ')} or both`).default('both'),
    ),
    namespace: flag(
      '<name>',
      'of the indices to be shown; DESPACHO_NAMESPACE unless given',
      z
        .string()
        .regex(/^([a-z0-9-]+\.)?$/, 'is lower-case letters, digits or "-", ended by a dot')
        .default(namespace),
    ),
    write: toggle('imports nothing: writes the files in infra/kibana/saved'),
  },
});

/** `languages` is always a list: `both` is spelt out. */
export type Flags = ReturnType<typeof readFlags>;

/** @throws Mistake naming the flag at fault, and what it should be */
export function readFlags(args: readonly string[], settings: Pick<Settings, 'kibanaUrl' | 'namespace'>) {
  const { language, ...rest } = readCommandLine(commandLine(settings), args);
  return { ...rest, languages: language === 'both' ? languages : [language] };
}
