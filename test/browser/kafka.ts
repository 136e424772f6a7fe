/** What a person sees of Kafka, and that nothing of it can harm the page. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { DeadLetter } from '../../functions/console/kafka/dead.ts';
import { createProducer } from './producer.ts';
import { eventually, type Stage } from './stage.ts';

/** Wherever it stood as HTML, it would leave its mark. */
const evil = (name: string): string =>
  `<script>window.hacked='${name}'</script><img src=x onerror="window.hacked='${name}'">`;

async function assertHarmless(page: Page, faults: readonly string[]): Promise<void> {
  assert.equal(await page.evaluate('window.hacked'), undefined);
  assert.equal(await page.locator('main script, main img').count(), 0);
  assert.deepEqual(faults, []);
}

export function kafka(stage: () => Stage): void {
  test('messages are found by partition, offset and key, with headers and indented JSON', async () => {
    const { trial, url, open } = stage();
    const { orderId } = await trial.customer.order({ clock: 100 });
    await trial.customer.watch(orderId);
    const { page, faults } = await open();
    await page.goto(`${url}/#kafka`);
    await page
      .getByRole('link', { name: `${trial.settings.namespace}orders.events`, exact: true })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Ver mensajes' }).waitFor();
    await page.getByLabel('Clave').fill(orderId);
    await page.getByRole('button', { name: 'Leer' }).click();
    const messages = page.locator('.messages details', { hasText: orderId });
    await messages.nth(4).waitFor();
    assert.equal(await page.locator('.messages details').count(), 5);
    await messages.first().locator('summary').click();
    await page.getByText('"version": 5').first().waitFor();
    await page
      .getByRole('row', { name: /notify/ })
      .first()
      .waitFor();
    assert.deepEqual(faults, []);
  });

  test('script tags in every field of an order and in a Kafka message are shown as text', async () => {
    const { trial, url, open } = stage();
    const names = ['product', 'paymentGateway', 'cardBrand', 'bank', 'region', 'address'] as const;
    const details = Object.fromEntries(names.map((name) => [name, evil(name).slice(0, 99)]));
    const { orderId } = await trial.customer.order({ details, clock: 100 });
    await trial.customer.watch(orderId);
    const producer = await createProducer(trial);
    await producer('orders.ship', {
      key: evil('key'),
      value: evil('value'),
      headers: { [evil('name')]: evil('header') },
    });

    const { page, faults } = await open();
    await page.goto(`${url}/#orders/${orderId}`);
    await page.getByLabel('Datos personales').check();
    await page.getByText(details.product ?? '').waitFor();
    await assertHarmless(page, faults);
    await page.goto(`${url}/#dashboards/orders`);
    // Among those of the loads before, it would not be one of the most frequent.
    await page.getByRole('combobox', { name: 'Distribución' }).selectOption('test');
    for (const name of ['region', 'paymentGateway', 'product']) {
      await page.getByRole('rowheader', { name: details[name] ?? '', exact: true }).waitFor();
    }
    await assertHarmless(page, faults);
    await page.goto(`${url}/#orders`);
    await page.getByText(details.product ?? '').waitFor();
    await assertHarmless(page, faults);
    await page.goto(`${url}/#kafka/${trial.settings.namespace}orders.ship`);
    await page.getByText(evil('key')).waitFor();
    await page.locator('summary', { hasText: evil('key') }).click();
    for (const name of ['name', 'header', 'value']) await page.getByText(evil(name)).last().waitFor();
    await assertHarmless(page, faults);
    await page.goto(`${url}/#dead`);
    await page.locator('summary', { hasText: 'the value is not JSON' }).click();
    await page.getByText(evil('value')).waitFor();
    await assertHarmless(page, faults);
  });

  test('a dead letter is looked at and sent again', async () => {
    const { url, open } = stage();
    const { page, faults } = await open();
    page.on('dialog', (dialog) => dialog.accept());
    await page.goto(`${url}/#dead`);
    const letter = page.locator('.messages details', { hasText: 'the value is not JSON' });
    await letter.locator('summary').click();
    await page.getByText('dead.function').waitFor();
    await page.getByRole('button', { name: /^Reenviar/ }).click();
    await page
      .getByRole('status')
      .filter({ hasText: /Reenviado a .*orders\.ship/ })
      .waitFor();
    // It is no better than before, so it dies again: with a mark that it was sent twice.
    await eventually(async () => {
      const letters = (await (await fetch(`${url}/api/dead`)).json()) as DeadLetter[];
      return letters.length === 1 && letters[0]?.offset !== 0;
    });
    assert.deepEqual(faults, []);
  });
}
