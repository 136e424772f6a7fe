import type { OrderDetails } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { newRandom } from './random.ts';

/** Product and usual price in pesos. */
const products = [
  ['Zapatillas de trekking', 54_990],
  ['Polerón de algodón', 24_990],
  ['Cafetera italiana', 18_990],
  ['Audífonos inalámbricos', 39_990],
  ['Silla de escritorio', 89_990],
  ['Bicicleta urbana', 249_990],
  ['Manta de lana de Chiloé', 45_990],
  ['Juego de sábanas', 29_990],
  ['Olla de greda', 14_990],
  ['Mochila impermeable', 34_990],
  ['Cámara instantánea', 79_990],
  ['Teclado mecánico en español', 59_990],
  ['Lámpara de pie', 42_990],
  ['Tetera eléctrica', 21_990],
  ['Guitarra acústica', 119_990],
  ['Balón de fútbol', 15_990],
  ['Novela ilustrada', 12_990],
  ['Aceite de oliva extra virgen', 9_990],
  ['Té de hierbas', 4_990],
  ['Cojín bordado', 11_990],
] as const;

const gateways = ['Webpay Plus', 'Mercado Pago', 'Flow', 'Khipu', 'PayPal'];
const cardBrands = ['Visa', 'Mastercard', 'American Express', 'Redcompra', 'Magna'];
const banks = [
  'Banco de Chile',
  'BancoEstado',
  'Santander',
  'BCI',
  'Scotiabank',
  'Itaú',
  'Banco Falabella',
  'Security',
];

/** The sixteen regions, each with some of its communes. */
const regions = [
  ['Arica y Parinacota', ['Arica', 'Putre']],
  ['Tarapacá', ['Iquique', 'Alto Hospicio']],
  ['Antofagasta', ['Antofagasta', 'Calama', 'Taltal']],
  ['Atacama', ['Copiapó', 'Vallenar', 'Caldera']],
  ['Coquimbo', ['La Serena', 'Coquimbo', 'Ovalle']],
  ['Valparaíso', ['Valparaíso', 'Viña del Mar', 'Quilpué']],
  ['Metropolitana de Santiago', ['Santiago', 'Providencia', 'Ñuñoa', 'Maipú', 'Puente Alto']],
  ["Libertador General Bernardo O'Higgins", ['Rancagua', 'San Fernando']],
  ['Maule', ['Talca', 'Curicó', 'Linares']],
  ['Ñuble', ['Chillán', 'San Carlos']],
  ['Biobío', ['Concepción', 'Talcahuano', 'Los Ángeles']],
  ['La Araucanía', ['Temuco', 'Villarrica']],
  ['Los Ríos', ['Valdivia', 'La Unión']],
  ['Los Lagos', ['Puerto Montt', 'Osorno', 'Castro']],
  ['Aysén del General Carlos Ibáñez del Campo', ['Coyhaique', 'Puerto Aysén']],
  ['Magallanes y de la Antártica Chilena', ['Punta Arenas', 'Puerto Natales']],
] as const;

const streets = ['Los Aromos', "O'Higgins", 'Arturo Prat', 'Gabriela Mistral', 'Las Camelias', 'Balmaceda', 'El Peñón'];
const firstNames = ['ana', 'benjamin', 'camila', 'diego', 'elena', 'felipe', 'ines', 'joaquin', 'luz', 'matias'];
const lastNames = ['araya', 'contreras', 'diaz', 'fuentes', 'gonzalez', 'munoz', 'perez', 'rojas', 'soto', 'vera'];
const mailDomains = ['example.com', 'example.org', 'example.net', 'correo.example.com'];

/** The made-up order of this number: always the same for the same seed, and nobody's real data. */
export function syntheticOrder(seed: number, number: number): OrderDetails {
  const random = newRandom(seed, number + 1);
  const [product, usualPrice] = random.pick(products);
  const [region, communes] = random.pick(regions);
  const home = random.fraction() < 0.4 ? `, depto. ${1 + random.below(240)}` : '';
  return {
    product,
    price: Math.round(usualPrice * (0.8 + random.fraction() * 0.4)),
    paymentGateway: random.pick(gateways),
    cardBrand: random.pick(cardBrands),
    bank: random.pick(banks),
    region,
    address: `${random.pick(streets)} ${1 + random.below(4_999)}${home}, ${random.pick<string>(communes)}`,
    email: `${random.pick(firstNames)}.${random.pick(lastNames)}${random.below(1_000)}@${random.pick(mailDomains)}`,
    language: '',
  };
}
