import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Language, languages } from '../../functions/orders/lifecycle.ts';
import type { Settings } from '../../functions/settings.ts';

export const help = `npm run dashboards [-- --kibana <address>] [--language es|en|both] [--namespace <name>.]

Imports the data views and dashboards (orders, functions, e-mails, lab) into Kibana 8.12 or newer.
A second import replaces the first.
  --kibana      http://127.0.0.1:5601 unless KIBANA_URL says otherwise; http://name:password@host:5601 to log in
  --language    of the labels: es, en or both (the default)
  --namespace   of the indices to be shown; DESPACHO_NAMESPACE unless given
  --write       imports nothing: writes the files in infra/kibana/saved`;

/** A flag that cannot be used; the message names it and says what it should be. */
export class BadFlag extends Error {
  override name = 'BadFlag';
}

export type Flags = Readonly<{
  kibana: string;
  languages: readonly Language[];
  namespace: string;
  write: boolean;
  help: boolean;
}>;

const schema = z.object({
  kibana: z.url({ protocol: /^https?$/, error: 'is not an address like http://127.0.0.1:5601' }),
  language: z.enum([...languages, 'both'], { error: 'is es, en or both' }),
  namespace: z.string().regex(/^([a-z0-9-]+\.)?$/, 'is lower-case letters, digits or "-", ended by a dot'),
  write: z.boolean(),
  help: z.boolean(),
});

function parse(args: readonly string[], { kibanaUrl, namespace }: Pick<Settings, 'kibanaUrl' | 'namespace'>) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        kibana: { type: 'string', default: kibanaUrl },
        language: { type: 'string', default: 'both' },
        namespace: { type: 'string', default: namespace },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    throw new BadFlag(`${(error as Error).message}\n\n${help}`);
  }
}

/** @throws BadFlag */
export function readFlags(args: readonly string[], settings: Pick<Settings, 'kibanaUrl' | 'namespace'>): Flags {
  const read = schema.safeParse(parse(args, settings));
  if (!read.success) {
    throw new BadFlag(read.error.issues.map(({ path, message }) => `--${path.join('.')} ${message}`).join('\n'));
  }
  const { language, ...rest } = read.data;
  return { ...rest, languages: language === 'both' ? languages : [language] };
}
