/** What a caller says of an order, for tests. */
export const sampleDetails = {
  product: 'Tea',
  price: 10.25,
  paymentGateway: 'Webpay',
  cardBrand: 'Visa',
  bank: 'Estado',
  region: 'Maule',
  address: 'Los Aromos 12',
  email: 'ana@example.com',
};
