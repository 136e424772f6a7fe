import { type Order, orderSchema } from './records.ts';

/** An order as the gateway makes it, for tests: everything but what the test is about. */
export const sampleOrder = (chosen: Partial<Order> = {}): Order =>
  orderSchema.parse({
    orderId: '00000000-0000-4000-8000-000000000001',
    placedAt: 1000,
    estimatedAt: 16_000,
    language: 'en',
    traceId: '0'.repeat(32),
    run: '',
    clock: 1,
    product: 'Cafetera',
    price: 4990,
    gateway: 'Webpay',
    cardBrand: 'Visa',
    bank: 'BancoEstado',
    region: 'Ñuble',
    address: 'Los Aromos 12',
    email: 'ana@example.com',
    ...chosen,
  });
