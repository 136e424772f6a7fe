/** The dashboards, drawn from what the tests before have done: loads that ended, and a run of the lab. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Dashboard } from '../../functions/console/drawnDashboard.ts';
import type { Stage } from './stage.ts';

/** The name in each language, a number that must not be 0, and how many charts have something to draw at least. */
const boards = {
  orders: { es: 'Pedidos', en: 'Orders', tile: { es: 'Pedidos recibidos', en: 'Orders received' }, charts: 6 },
  functions: { es: 'Funciones', en: 'Functions', tile: { es: 'Invocaciones', en: 'Invocations' }, charts: 7 },
  emails: { es: 'Correos', en: 'E-mails', tile: { es: 'Correos enviados', en: 'E-mails sent' }, charts: 2 },
  lab: { es: 'Laboratorio de mensajes', en: 'Message lab', tile: { es: 'Ensayos', en: 'Runs' }, charts: 5 },
} as const;

const tile = (page: Page, name: string) =>
  page
    .locator('.tile', { has: page.getByText(name, { exact: true }) })
    .getByRole('definition')
    .filter({ hasText: /[1-9]/ });

async function ask(url: string, filters: string): Promise<number> {
  const response = await fetch(`${url}/api/dashboard?dashboard=orders&language=es&minutes=60${filters}`);
  const { rows } = (await response.json()) as Dashboard;
  return Number(rows[0]?.[0]?.tables[0]?.rows[0]?.[0]);
}

const asksAgain = (page: Page) => page.waitForRequest(/\/api\/dashboard\?/);

async function hide(page: Page, hidden: boolean): Promise<void> {
  await page.evaluate(`Object.defineProperty(document, 'hidden', { value: ${hidden}, configurable: true });
    document.dispatchEvent(new Event('visibilitychange'))`);
}

export function dashboards(stage: () => Stage): void {
  for (const language of ['es', 'en'] as const) {
    test(`every dashboard is drawn from what the system did (${language})`, async () => {
      const { page, faults } = await stage().open();
      await page.addInitScript(`localStorage.setItem('language', '${language}')`);
      await page.goto(`${stage().url}/#dashboards`);
      for (const board of Object.values(boards)) {
        await page.locator('.boards').getByRole('link', { name: board[language], exact: true }).click();
        await page.locator('.boards [aria-current]', { hasText: board[language] }).waitFor();
        await tile(page, board.tile[language]).waitFor();
        await page
          .locator('.plot:visible canvas')
          .nth(board.charts - 1)
          .waitFor();
        for (const chart of await page.locator('.plot:visible').all()) {
          assert.match((await chart.getAttribute('aria-label')) ?? '', /(máx\.|max) [\d−-]/);
        }
      }
      assert.deepEqual(faults, []);
    });
  }

  test('a dashboard shows the time and the values that are chosen, and its charts as tables too', async () => {
    const { page, faults } = await stage().open();
    await page.goto(`${stage().url}/#dashboards/orders`);
    await page.getByRole('combobox', { name: 'Periodo' }).selectOption('última hora');
    await page.getByRole('combobox', { name: 'Distribución' }).selectOption('burst');
    const [all, burst] = await Promise.all([ask(stage().url, ''), ask(stage().url, '&distribution=burst')]);
    assert.ok(0 < burst && burst < all, `${burst} of ${all}`);
    await tile(page, 'Pedidos recibidos')
      .filter({ hasText: new RegExp(`^${burst}$`) })
      .waitFor();
    const states = page.getByRole('region', { name: 'Pedidos que llegan a cada estado' });
    await states.getByText('Como tabla').click();
    await states.getByRole('columnheader', { name: 'Finalizado' }).waitFor();
    await page.locator('.board .tiles').waitFor();
    assert.deepEqual(faults, []);
  });

  test('a dashboard is asked for again while it is looked at, and not while its tab is hidden', async () => {
    const { page } = await stage().open();
    await page.clock.install();
    await page.goto(`${stage().url}/#dashboards/orders`);
    await tile(page, 'Pedidos recibidos').waitFor();
    await Promise.all([asksAgain(page), page.clock.runFor('00:06')]);
    await hide(page, true);
    let asked = 0;
    page.on('request', (request) => {
      if (request.url().includes('/api/dashboard')) asked++;
    });
    await page.clock.runFor('01:00');
    assert.equal(asked, 0);
    await Promise.all([asksAgain(page), hide(page, false)]);
  });
}
