/** Serves the console page and what it loads: texts that are made at build, each named here. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { paletteCss } from '../pages/palette.ts';
import { readSettings } from '../settings.ts';
import { safeHeaders } from './headers.ts';
import icon from './page/icon.svg?text';
import html from './page/index.html?text';
import script from './page/main.ts?text';
import style from './page/style.css?text';

type File = Readonly<{ type: string; body: string }>;

const files: Readonly<Record<string, File>> = {
  '/': { type: 'text/html', body: html },
  '/page/icon.svg': { type: 'image/svg+xml', body: icon },
  '/page/style.css': { type: 'text/css', body: paletteCss + style },
  '/page/main.js': { type: 'text/javascript', body: script },
};
const nothing: File = { type: 'text/plain', body: 'There is no such file.\n' };

/**
 * A path that is not named above is answered with 404 and a line of text.
 * @throws Error when the settings are wrong: `safeHeaders` needs them
 */
export async function handler({ rawPath }: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const found = Object.hasOwn(files, rawPath) ? files[rawPath] : undefined;
  const { type, body } = found ?? nothing;
  const headers = { ...safeHeaders(readSettings()), 'content-type': `${type}; charset=utf-8` };
  return { statusCode: found ? 200 : 404, headers, body };
}
