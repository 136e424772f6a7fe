/** What the reports of loads and of the lab have in common. */
import { join } from 'node:path';
import { html, raw } from 'hono/html';
import type { Html } from '../functions/pages/html.ts';
import { paletteCss } from '../functions/pages/palette.ts';
import { bundled } from '../infra/system/pages.ts';

/** A table's row. */
export const cells = (tag: 'th' | 'td', values: readonly (string | Html)[]): Html =>
  html`<tr>${values.map((value) => html`<${tag}>${value}</${tag}>`)}</tr>`;

/**
 * A page that needs nothing else: its style and its script stand in it, and the browser is told to load nothing from
 * anywhere.
 * @param folder of its `page.css` and `page.ts`
 */
export async function wholePage(
  folder: string,
  { language, title, body }: Readonly<{ language: string; title: string; body: Html }>,
): Promise<string> {
  const [style, script] = await Promise.all(['page.css', 'page.ts'].map((name) => bundled(join(folder, name))));
  return String(html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
<title>${title}</title>
<style>${raw(paletteCss)}${raw(style)}</style>
</head>
<body>
${body}
<script type="module">${raw(script)}</script>
</body>
</html>
`);
}
