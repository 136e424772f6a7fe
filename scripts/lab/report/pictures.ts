/** PNG pictures of the report's sections, by a headless Chromium where the machine has one. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Language } from '../../../functions/orders/lifecycle.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const run = promisify(execFile);
const patience = 60_000;

/** Chromium's sandbox refuses root; the page is our own. */
const rootFlags = ['--no-sandbox'];

/** Told in the place of the files where `findBrowser` finds none. */
export const noBrowser =
  'No pictures: they need Chromium or Chrome on the PATH (Debian: apt-get install chromium). The page has all plots.';

/** @returns the path of a Chromium or Chrome on the PATH */
export function findBrowser(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => names.map((name) => join(folder, name))).find((file) => existsSync(file));
}

/** `section`: its id without the language. `width` and `height` in CSS pixels; the file has 1.5 times as many. */
export type Shot = Readonly<{ section: string; file: string; width: number; height: number }>;

/** @returns the files that were made; none where there is no browser */
export async function takePictures(page: string, language: Language, shots: readonly Shot[]): Promise<string[]> {
  const browser = findBrowser();
  if (!browser) return [];
  const profile = await mkdtemp(join(tmpdir(), 'despacho-pictures-'));
  try {
    for (const { section, file, width, height } of shots) {
      const address = `${pathToFileURL(page).href}#${language}&only=${section}-${language}`;
      const flags = [...(process.getuid?.() === 0 ? rootFlags : []), '--headless=new', '--hide-scrollbars'];
      const picture = [`--screenshot=${file}`, `--window-size=${width},${height}`, '--force-device-scale-factor=1.5'];
      await run(browser, [...flags, `--user-data-dir=${profile}`, ...picture, address], { timeout: patience });
    }
  } finally {
    await rm(profile, { recursive: true, force: true });
  }
  return shots.map(({ file }) => file);
}
