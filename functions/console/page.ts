/** Serves the console page and what it loads: plain files, each named here, so that nothing else can be asked for. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { paletteCss } from '../pages/palette.ts';
import { readSettings } from '../settings.ts';
import { safeHeaders } from './headers.ts';

const own = (name: string): string => `functions/console/page/${name}`;
const uPlot = (name: string): string => `node_modules/uplot/dist/${name}`;

const html = 'text/html; charset=utf-8';
const css = 'text/css; charset=utf-8';
const script = 'text/javascript; charset=utf-8';

const styles = ['frame', 'cards', 'live', 'story', 'dashboards', 'narrow'].map((name) => own(`${name}.css`));
const scripts = [
  'main',
  'dom',
  'tell',
  'words',
  'frameWords',
  'liveWords',
  'orderWords',
  'kafkaWords',
  'labWords',
  'server',
  'labels',
  'live',
  'states',
  'counts',
  'plots',
  'order',
  'story',
  'kafka',
  'messages',
  'dead',
  'lab',
  'load',
  'dashboards',
  'dashboardsWords',
  'panels',
  'charts',
  'series',
].map((name) => `${name}.js`);

/** What each path is, and the files that it is made of, below the project's (on AWS: the bundle's) folder. */
const places: Readonly<Record<string, { type: string; files: readonly string[] }>> = {
  '/': { type: html, files: [own('index.html')] },
  '/page/icon.svg': { type: 'image/svg+xml', files: [own('icon.svg')] },
  '/page/style.css': { type: css, files: [uPlot('uPlot.min.css'), ...styles] },
  '/page/uPlot.js': { type: script, files: [uPlot('uPlot.esm.js')] },
  ...Object.fromEntries(scripts.map((name) => [`/page/${name}`, { type: script, files: [own(name)] }])),
};

export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const headers = safeHeaders(readSettings());
  const place = Object.hasOwn(places, event.rawPath) ? places[event.rawPath] : undefined;
  if (!place) {
    const plain = { ...headers, 'content-type': 'text/plain; charset=utf-8' };
    return { statusCode: 404, headers: plain, body: 'There is no such file.\n' };
  }
  const texts = await Promise.all(place.files.map((file) => readFile(join(process.cwd(), file), 'utf8')));
  const body = [...(place.type === css ? [paletteCss] : []), ...texts].join('\n');
  return { statusCode: 200, headers: { ...headers, 'content-type': place.type }, body };
}
