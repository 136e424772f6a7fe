/**
 * `npm run pictures -- [live|story|kafka|lab|report …]`: takes the README's pictures (all of them without a name) from a
 * real run, on a system of its own. The figures are the machine's: it should have nothing else to do.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { BrowserContextOptions, Page } from 'playwright-core';
import type { Story } from '../../functions/console/story/story.ts';
import { root } from '../system/service.ts';
import { eventually, openStage, type Stage } from './stage.ts';

const folder = join(root, 'functions/console/pictures');
mkdirSync(folder, { recursive: true });

/** As wide as a README shows them, a quarter as sharp again: a picture is then some 300 kB at most. */
const sized = (height: number, width = 1280): BrowserContextOptions => ({
  viewport: { width, height },
  deviceScaleFactor: 1.25,
});

async function take(page: Page, name: string, fullPage = false): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled', fullPage });
  console.log(`functions/console/pictures/${name}.png`);
}

/** The first orders meet functions that have never run; they would be all that the plots show. */
async function warmUp({ trial }: Stage): Promise<void> {
  for (let round = 0; round < 5; round++) await trial.customer.followAll(await trial.customer.orders(20));
}

/** A load that comes and goes, long enough to fill the plots. */
async function startLoad(page: Page): Promise<void> {
  await page.getByLabel('Distribución').selectOption('sine');
  await page.getByLabel('Pedidos por segundo').fill('12');
  await page.getByLabel('Segundos').fill('90');
  await page.getByLabel('Reloj').fill('2');
  await page.getByRole('button', { name: 'Iniciar carga' }).click();
}

async function picturesLive(stage: Stage): Promise<void> {
  const { open, url } = stage;
  const { page } = await open(sized(1260));
  const { page: dark } = await open({ ...sized(1260), colorScheme: 'dark', locale: 'en' });
  const { page: phone } = await open({ ...sized(844, 390), deviceScaleFactor: 2, colorScheme: 'dark' });
  for (const one of [page, dark, phone]) await one.goto(url);
  await dark.getByLabel('Idioma').selectOption('en');
  await startLoad(page);
  await page.getByText(/en marcha · 9\d\d de/).waitFor();
  await take(page, 'live');
  await take(dark, 'live-dark-english');
  await take(phone, 'phone');
  await page.getByText(/terminada ·/).waitFor();
  await pictureDashboard(stage, 'orders', 'sine');
  await pictureDashboard(stage, 'functions');
}

/** A dashboard as a whole, which is long: no sharper than it must be. @param distribution of the orders shown; else all */
async function pictureDashboard({ open, url }: Stage, name: string, distribution?: string): Promise<void> {
  const { page } = await open({ ...sized(900), deviceScaleFactor: 1 });
  await page.goto(`${url}/#dashboards/${name}`);
  await page.locator('.board .plot canvas').nth(1).waitFor();
  if (distribution) {
    const answer = page.waitForResponse(new RegExp(`distribution=${distribution}`));
    await page.getByRole('combobox', { name: 'Distribución' }).selectOption(distribution);
    await (await answer).finished();
    await eventually(async () => {
      const [received, completed] = await page.locator('.tile dd').allTextContents();
      return received === completed;
    });
  }
  await take(page, `dashboard-${name}`, true);
}

/** An order's story, and its last e-mail. */
async function picturesStory({ open, url, trial }: Stage): Promise<void> {
  const { orderId } = await trial.customer.order({ clock: 2 });
  const transitions = await trial.customer.watch(orderId);
  let letter = '';
  await eventually(async () => {
    const { entries } = (await (await fetch(`${url}/api/order?id=${orderId}`)).json()) as Story;
    const letters = entries.filter(({ source }) => source === 'e-mail');
    letter = String(letters.at(-1)?.facts.page);
    return letters.length === transitions.length;
  });
  const { page } = await open(sized(1260));
  await page.goto(`${url}/#orders/${orderId}`);
  await page.locator('.timeline li').nth(30).waitFor();
  await take(page, 'story');
  const { page: mail } = await open(sized(640, 720));
  await mail.goto(`${letter}/body`);
  await take(mail, 'letter');
}

async function pictureKafka({ open, url, trial }: Stage): Promise<void> {
  const { page } = await open(sized(960));
  await page.goto(`${url}/#kafka/${trial.settings.namespace}orders.events`);
  await page.locator('.messages summary').first().click();
  await take(page, 'kafka');
}

async function pictureLab({ open, url }: Stage): Promise<void> {
  const { page } = await open(sized(980));
  await page.goto(`${url}/#lab`);
  await page.locator('select[name=message]').selectOption('posts');
  await page.getByLabel('Destino').selectOption('redis');
  await page.getByLabel('Mensajes').fill('160000');
  await page.getByRole('button', { name: 'Iniciar medición' }).click();
  await page.locator('.plot canvas').nth(2).waitFor();
  await take(page, 'lab');
}

/** The report of a comparison: every store beside each other. */
async function pictureReport(stage: Stage): Promise<void> {
  const { open, trial } = stage;
  const out = mkdtempSync(join(tmpdir(), 'despacho-pictures-'));
  const amount = ['--count', '160000', '--rate', '2000', '--duration', '10', '--rest', '1'];
  const lab = ['scripts/lab/main.ts', 'compare', '--message', 'posts', '--out', out, ...amount];
  try {
    await promisify(execFile)(process.execPath, lab, {
      cwd: root,
      env: { ...process.env, ...trial.environment },
    });
    const { page } = await open(sized(1060, 1400));
    await page.goto(`${pathToFileURL(join(out, 'report.html'))}#es`);
    await take(page, 'report');
    await pictureDashboard(stage, 'lab');
  } finally {
    rmSync(out, { recursive: true });
  }
}

const pictures: Readonly<Record<string, (stage: Stage) => Promise<void>>> = {
  live: picturesLive,
  story: picturesStory,
  kafka: pictureKafka,
  lab: pictureLab,
  report: pictureReport,
};
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !Object.hasOwn(pictures, name));
if (unknown) throw new Error(`"${unknown}" is none of ${Object.keys(pictures).join(', ')}`);

// The namespace is seen in the pictures, and so are some deliveries that fail.
const stage = await openStage({ DESPACHO_NAMESPACE: 'tienda.', DESPACHO_SETBACK: '0.05' });
try {
  await warmUp(stage);
  for (const [name, picture] of Object.entries(pictures)) {
    if (wanted.length === 0 || wanted.includes(name)) await picture(stage);
  }
} finally {
  await stage.close();
}
