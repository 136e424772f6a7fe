import { tableOf } from '../../infra/namesOf.ts';
import { type Language, languages, states, transition } from '../orders/lifecycle.ts';
import { type Order, type Progress, type Step, stepId } from '../orders/records.ts';
import { htmlPart } from './htmlPart.ts';
import type { Letter } from './ports.ts';

const words = {
  es: {
    subject: (product: string, state: string) => `Tu pedido de ${product}: ${state}`,
    headline: (state: string) => `Tu pedido: ${state}`,
    greeting: 'Hola:',
    news: (state: string) => `Tu pedido está ahora en el estado «${state}».`,
    failed: 'La entrega no fue posible. Prepararemos tu pedido para un nuevo envío.',
    story: 'Hasta ahora',
    product: 'Producto',
    price: 'Precio',
    estimate: 'Entrega estimada',
    late: (seconds: number) => `Se entregó ${seconds} s después de lo estimado.`,
    early: (seconds: number) => `Se entregó ${seconds} s antes de lo estimado.`,
    order: 'Pedido',
    footer: 'Te escribimos cada vez que tu pedido cambia de estado. Las horas son UTC.',
  },
  en: {
    subject: (product: string, state: string) => `Your order of ${product}: ${state}`,
    headline: (state: string) => `Your order: ${state}`,
    greeting: 'Hello,',
    news: (state: string) => `Your order is now in the state “${state}”.`,
    failed: 'It could not be delivered. We are preparing your order to send it again.',
    story: 'So far',
    product: 'Product',
    price: 'Price',
    estimate: 'Estimated delivery',
    late: (seconds: number) => `It was delivered ${seconds} s after the estimate.`,
    early: (seconds: number) => `It was delivered ${seconds} s before the estimate.`,
    order: 'Order',
    footer: 'We write to you each time your order reaches a new state. Times are UTC.',
  },
} as const satisfies Record<Language, unknown>;

/** Making one costs more than using it a hundred times. */
const clocks = tableOf(
  languages,
  (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' }),
);
const numbers = tableOf(languages, (language) => new Intl.NumberFormat(language, { maximumFractionDigits: 2 }));

const clockTime = (milliseconds: number, language: Language): string => clocks[language].format(milliseconds);

function news(order: Order, step: Step, language: Language): string[] {
  const say = words[language];
  const lines = [say.news(states[step.to].label[language])];
  if (step.command === 'setback') lines.push(say.failed);
  if (step.command === 'deliver') {
    const seconds = Math.round(((step.at - order.estimatedAt) * order.clock) / 1000);
    if (seconds !== 0) lines.push(seconds > 0 ? say.late(seconds) : say.early(-seconds));
  }
  return lines;
}

/** Whoever orders chooses the words, and somebody else's mail program would make a link of these. */
const unlinked = (product: string): string => product.replace(/(?:https?:\/\/|www\.)\S*/gi, '…');

function factsOf({ language, product, price, estimatedAt, orderId }: Order): [name: string, value: string][] {
  const say = words[language];
  return [
    [say.product, unlinked(product)],
    [say.price, numbers[language].format(price)],
    [say.estimate, `${clockTime(estimatedAt, language)} UTC`],
    [say.order, orderId],
  ];
}

/**
 * The e-mail about one step, with the order's story up to it. The same step always gives the same Message-ID,
 * so that a mail sent twice after a crash is known as a repeat.
 */
export function composeLetter({ order, history }: Progress, step: Step): Letter {
  const { language } = order;
  const say = words[language];
  const product = unlinked(order.product);
  const lines = news(order, step, language);
  const facts = factsOf(order);
  const story = history.slice(0, step.version).map((past) => ({
    when: clockTime(past.at, language),
    what: transition(past.command).label[language],
  }));
  return {
    messageId: `<${stepId(order.orderId, step.version)}@despacho.local>`,
    to: order.email,
    subject: say.subject(product, states[step.to].label[language]),
    text: [
      say.greeting,
      ...lines,
      facts.map(([name, value]) => `${name}: ${value}`).join('\n'),
      [`${say.story}:`, ...story.map(({ when, what }) => `- ${when}  ${what}`)].join('\n'),
    ].join('\n\n'),
    html: htmlPart({
      language,
      state: step.to,
      headline: say.headline(states[step.to].label[language]),
      lines: [say.greeting, ...lines],
      facts,
      storyTitle: say.story,
      story,
      footer: say.footer,
    }),
    headers: {
      'X-Despacho-Order': order.orderId,
      'X-Despacho-Version': String(step.version),
      'X-Despacho-Run': order.run,
    },
  };
}
