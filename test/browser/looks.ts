/** The page in both languages, light and dark, wide and narrow, by keyboard, and as assistive technology meets it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { AxeResults, RunOptions } from 'axe-core';
import type { Page } from 'playwright-core';
import type { Stage } from './stage.ts';

const boards = ['orders', 'functions', 'emails', 'lab'].map((name) => `dashboards/${name}`);
const parts = ['live', 'orders', ...boards, 'kafka', 'dead', 'lab'];
const phone = { width: 390, height: 844 };
const desk = { width: 1280, height: 900 };
const source = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** Resolves when the part has drawn what it asked the server for. */
async function visit(page: Page, url: string, part: string): Promise<void> {
  await page.goto(`${url}/#${part}`);
  await page
    .locator(`main.${part.split('/')[0]} .card`)
    .first()
    .waitFor();
  await page
    .locator('main')
    .filter({ hasNotText: /Cargando|Loading/ })
    .waitFor();
}

/** What axe finds wrong in the page, which has its source. */
async function faultsOf(page: Page, rules: RunOptions = {}): Promise<string[]> {
  // What is in order need not be told, nor be looked for in each place of the page.
  const options = JSON.stringify({ ...rules, resultTypes: ['violations'] });
  const found = (await page.evaluate(
    `axe.run(${options}).then(({ violations }) => violations)`,
  )) as AxeResults['violations'];
  return found.map(({ id, nodes }) => `${id}: ${nodes[0]?.html} ${nodes[0]?.failureSummary}`);
}

export function looks(stage: () => Stage): void {
  test('everything is said in English when English is chosen, and stays so', async () => {
    const { page } = await stage().open();
    await page.goto(stage().url);
    await page.getByLabel('Idioma').selectOption('en');
    await page.getByRole('heading', { name: 'Orders by state' }).waitFor();
    await page.reload();
    await page.getByRole('heading', { name: 'Orders by state' }).waitFor();
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    await page.locator('.state.processing', { hasText: 'Processing' }).waitFor();
    for (const name of ['Orders', 'Dashboards', 'Kafka', 'Dead letters', 'Lab', 'Live']) {
      await page.getByRole('link', { name, exact: true }).click();
      await page.locator(`nav [aria-current]`, { hasText: name }).waitFor();
    }
  });

  test('on a phone nothing is wider than the screen; assistive technology finds no fault, light and dark', async () => {
    const { page } = await stage().open({
      viewport: phone,
      deviceScaleFactor: 2,
      colorScheme: 'dark',
      bypassCSP: true,
    });
    for (const part of parts) {
      await page.setViewportSize(phone);
      await visit(page, stage().url, part);
      const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
      assert.equal(wide, 0, `${part} is ${wide} px too wide`);
      await page.setViewportSize(desk);
      await page.evaluate(source);
      // Only the colours are others in the dark.
      assert.deepEqual(await faultsOf(page, { runOnly: ['color-contrast'] }), [], `${part}, dark`);
      await page.emulateMedia({ colorScheme: 'light' });
      assert.deepEqual(await faultsOf(page), [], `${part}, light`);
      await page.emulateMedia({ colorScheme: 'dark' });
    }
  });

  test('the keyboard reaches the content, the parts and the load', async () => {
    const { page } = await stage().open();
    await visit(page, stage().url, 'live');
    const focused = () => page.evaluate('document.activeElement.textContent.trim()');
    await page.keyboard.press('Tab');
    assert.equal(await focused(), 'Ir al contenido');
    for (const name of ['despacho', 'En vivo', 'Pedidos']) {
      await page.keyboard.press('Tab');
      assert.equal(await focused(), name);
    }
    await page.keyboard.press('Enter');
    await page.locator('main.orders').waitFor();
    assert.equal(await page.evaluate('document.activeElement.id'), 'main');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate('document.activeElement.type'), 'search');
  });
}
