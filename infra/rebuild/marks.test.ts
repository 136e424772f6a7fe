import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emailDocument } from '../../functions/notifications/emailDocument.ts';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import type { Step } from '../../functions/orders/records.ts';
import { transitionDocument } from '../../functions/orders/transitionDocument.ts';
import { mailedIn } from './marks.ts';

const order = sampleOrder();
const step: Step = { version: 3, command: 'ship', from: 'preparing', to: 'shipped', at: 2000 };

test('an e-mail is taken for sent when its document says so, with its moment, and never because its event was done', () => {
  const { orderId } = order;
  assert.deepEqual(mailedIn(JSON.stringify(emailDocument(order, step, 2500))), { orderId, version: 3, at: 2500 });
  assert.equal(mailedIn(JSON.stringify(transitionDocument(order, step, 1000))), null);
  assert.equal(mailedIn('{}'), undefined);
});
