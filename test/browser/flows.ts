/** What a person does on the console, in the order in which a newcomer does it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Story } from '../../functions/console/story/story.ts';
import { eventually, type Stage } from './stage.ts';

export function flows(stage: () => Stage): void {
  test('a load that is started on the page is seen until its last order is finished', async () => {
    const { page, faults } = await stage().open();
    await page.goto(stage().url);
    await page.getByLabel('Distribución').selectOption('burst');
    await page.getByLabel('Pedidos por segundo').fill('20');
    await page.getByLabel('Segundos').fill('6');
    await page.getByLabel('Reloj').fill('20');
    await page.getByRole('button', { name: 'Iniciar carga' }).click();
    const line = page.getByText(/terminada · \d+ de \d+ enviados/);
    await line.waitFor();
    const [, accepted] = /(\d+) aceptados/.exec((await line.textContent()) ?? '') ?? [];
    assert.ok(Number(accepted) > 0, `${accepted} orders were accepted`);
    const completed = page.locator('.states .completed strong');
    await completed.filter({ hasText: new RegExp(`^${accepted}$`) }).waitFor();
    for (const name of ['process', 'complete'])
      await page.getByRole('row', { name: new RegExp(`^${name} `) }).waitFor();
    assert.equal(await page.locator('.plot canvas').count(), 4);
    assert.deepEqual(faults, []);
  });

  test('a load can be stopped before its end', async () => {
    const { page } = await stage().open();
    await page.goto(stage().url);
    await page.getByLabel('Distribución').selectOption('constant');
    await page.getByLabel('Pedidos por segundo').fill('5');
    await page.getByLabel('Segundos').fill('300');
    await page.getByRole('button', { name: 'Iniciar carga' }).click();
    await page.getByText(/en marcha · [1-9]\d* de 1\.500 enviados/).waitFor();
    await page.getByRole('button', { name: 'Detener carga' }).click();
    await page.getByText(/terminada · \d+ de 1\.500 enviados/).waitFor();
  });

  test('an order is found and its whole story told, and a replay does the same', async () => {
    const { trial, url, open } = stage();
    const details = { product: 'Farol de papel', email: 'luz.vera@example.com' };
    const { orderId } = await trial.customer.order({ details, clock: 100 });
    await trial.customer.watch(orderId);
    const { page, faults } = await open();
    await page.goto(`${url}/#orders`);
    await page.getByRole('searchbox').fill('farol LUZ.vera');
    await page.getByRole('button', { name: 'Buscar' }).click();
    await page.getByRole('heading', { name: 'Pedidos encontrados: 1' }).waitFor();
    // The last e-mail may still be on its way.
    await eventually(async () => {
      const { entries } = (await (await fetch(`${url}/api/order?id=${orderId}`)).json()) as Story;
      return entries.filter(({ source }) => source === 'e-mail').length === 5;
    });
    const asked = async (more: string, headers = {}) => {
      const response = await fetch(`${url}/api/order?id=${orderId}${more}`, { headers });
      return `${response.status} ${await response.text()}`;
    };
    assert.doesNotMatch(await asked(''), /Farol|luz\.vera/i, 'what is personal is masked unless it is asked for');
    assert.match(await asked('&personal=true'), /^200 .*Farol de papel.*luz\.vera@example\.com/);
    assert.match(await asked('&personal=true', { 'x-despacho-role': 'view' }), /^403 /, 'and by who may');
    await page.getByRole('link', { name: orderId }).click();
    await page.getByRole('heading', { name: 'Historia del pedido' }).waitFor();
    const timeline = page.locator('.timeline');
    for (const source of ['Kafka', 'Redis', 'Temporizador', 'Correo', 'Elasticsearch']) {
      await timeline.locator('.badge', { hasText: source }).first().waitFor();
    }
    assert.deepEqual(await page.locator('.way .state span').allTextContents(), [
      'Procesando',
      'Preparación',
      'Enviado',
      'Entregado',
      'Finalizado',
    ]);
    await page.getByRole('button', { name: 'Repetir con las funciones de ahora' }).click();
    await page.getByText('Sus 5 mensajes darían hoy lo mismo.').waitFor();
    assert.deepEqual(faults, []);
  });

  test('the lab measures a run that is started on the page, and its plots are drawn', async () => {
    const { page, faults } = await stage().open();
    await page.goto(`${stage().url}/#lab`);
    await page.getByLabel('Mensajes').fill('5000');
    await page.getByRole('button', { name: 'Iniciar medición' }).click();
    await page.getByRole('row', { name: /contador No se guardan primero producir 5\.000 .* sí$/ }).waitFor();
    await page.locator('.plot canvas').nth(2).waitFor();
    assert.deepEqual(faults, []);
  });
}
