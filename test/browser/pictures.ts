/** `npm run pictures`: takes the README's pictures of the pages from a real run, on a system of its own. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Story } from '../../functions/console/story/story.ts';
import { root } from '../system/service.ts';
import { eventually, openStage, type Stage } from './stage.ts';

const folder = join(root, 'functions/console/pictures');
mkdirSync(folder, { recursive: true });

/** As wide as a README shows them, twice as sharp. */
const wide = { viewport: { width: 1280, height: 860 }, deviceScaleFactor: 1.5 };

async function take(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' });
  console.log(`functions/console/pictures/${name}.png`);
}

/** A load that comes and goes, long enough to fill the plots. */
async function startLoad(page: Page): Promise<void> {
  await page.getByLabel('Distribución').selectOption('sine');
  await page.getByLabel('Pedidos por segundo').fill('25');
  await page.getByLabel('Segundos').fill('60');
  await page.getByLabel('Reloj').fill('3');
  await page.getByRole('button', { name: 'Iniciar carga' }).click();
}

async function pictureLive({ open, url }: Stage): Promise<void> {
  const { page } = await open({ ...wide, viewport: { width: 1280, height: 1100 } });
  await page.goto(url);
  await startLoad(page);
  const { page: dark } = await open({
    ...wide,
    viewport: { width: 1280, height: 1100 },
    colorScheme: 'dark',
    locale: 'en',
  });
  await dark.goto(url);
  await dark.getByLabel('Idioma').selectOption('en');
  await page.getByText(/en marcha · 1\.[1-4]\d\d de/).waitFor();
  await take(page, 'live');
  await take(dark, 'live-dark-english');
  await page.getByText(/terminada ·/).waitFor();
}

/** The order with the longest story of the latest ones, and its last e-mail. */
async function pictureStory({ open, url, trial }: Stage): Promise<void> {
  const { orderId } = await trial.customer.order({ clock: 20 });
  await trial.customer.watch(orderId);
  let letter = '';
  await eventually(async () => {
    const { entries } = (await (await fetch(`${url}/api/order?id=${orderId}`)).json()) as Story;
    const letters = entries.filter(({ source }) => source === 'e-mail');
    letter = String(letters.at(-1)?.facts.page);
    return letters.length === 5;
  });
  const { page } = await open(wide);
  await page.goto(`${url}/#orders/${orderId}`);
  await page.locator('.timeline li').nth(30).waitFor();
  await take(page, 'story');
  const { page: mail } = await open({ ...wide, viewport: { width: 720, height: 640 } });
  await mail.goto(`${letter}/body`);
  await take(mail, 'letter');
}

async function pictureKafka({ open, url, trial }: Stage): Promise<void> {
  const { page } = await open(wide);
  await page.goto(`${url}/#kafka/${trial.settings.namespace}orders.events`);
  await page.locator('.messages summary').first().click();
  await take(page, 'kafka');
}

async function pictureLab({ open, url }: Stage): Promise<void> {
  const { page } = await open({ ...wide, viewport: { width: 1280, height: 980 } });
  await page.goto(`${url}/#lab`);
  await page.locator('select[name=message]').selectOption('posts');
  await page.getByLabel('Destino').selectOption('redis');
  await page.getByLabel('Mensajes').fill('100000');
  await page.getByRole('button', { name: 'Iniciar medición' }).click();
  await page.locator('.plot canvas').nth(2).waitFor();
  await take(page, 'lab');
}

async function picturePhone({ open, url }: Stage): Promise<void> {
  const { page } = await open({ viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, colorScheme: 'dark' });
  await page.goto(url);
  await page.locator('.states .completed strong').filter({ hasNotText: /^0$/ }).waitFor();
  await take(page, 'phone');
}

const stage = await openStage();
try {
  for (const picture of [pictureLive, pictureStory, pictureKafka, pictureLab, picturePhone]) await picture(stage);
} finally {
  await stage.close();
}
