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

/** What a caller says of one by the published contract. */
export const samplePedido = {
  nombreProducto: 'Mate',
  precio: 1,
  pasarelaPago: 'W',
  marcaTarjeta: 'V',
  banco: 'B',
  regionEnvio: 'R',
  direccionEnvio: 'D',
  emailCliente: 'ana@example.com',
};
