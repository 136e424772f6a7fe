import { type languages, states, transition } from '../orders/lifecycle.ts';
import { type Order, type Progress, type Step, stepId } from '../orders/records.ts';
import type { Letter } from '../runtime/ports.ts';

type Language = (typeof languages)[number];

const words = {
  es: {
    subject: (order: Order, state: string) => `Tu pedido de ${order.product}: ${state}`,
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
  },
  en: {
    subject: (order: Order, state: string) => `Your order of ${order.product}: ${state}`,
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
  },
} as const satisfies Record<Language, unknown>;

const escapes: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => escapes[character] ?? '');

const clockTime = (milliseconds: number, language: Language): string =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' }).format(milliseconds);

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

/**
 * The e-mail about one step, with the order's story up to it. The same step always gives the same Message-ID,
 * so that a mail sent twice after a crash is known as a repeat.
 */
export function composeLetter({ order, history }: Progress, step: Step): Letter {
  const { language } = order;
  const say = words[language];
  const lines = news(order, step, language);
  const story = history.slice(0, step.version).map((past) => ({
    when: clockTime(past.at, language),
    what: `${transition(past.command).label[language]}: ${states[past.to].label[language]}`,
  }));
  const facts: [string, string][] = [
    [say.product, order.product],
    [say.price, new Intl.NumberFormat(language, { maximumFractionDigits: 2 }).format(order.price)],
    [say.estimate, `${clockTime(order.estimatedAt, language)} UTC`],
    [say.order, order.orderId],
  ];
  return {
    messageId: `<${stepId(order.orderId, step.version)}@despacho.local>`,
    to: order.email,
    subject: say.subject(order, states[step.to].label[language]),
    text: [
      say.greeting,
      ...lines,
      facts.map(([name, value]) => `${name}: ${value}`).join('\n'),
      [`${say.story}:`, ...story.map(({ when, what }) => `- ${when}  ${what}`)].join('\n'),
    ].join('\n\n'),
    html: page(language, say, lines, facts, story),
    headers: {
      'X-Despacho-Order': order.orderId,
      'X-Despacho-Version': String(step.version),
      'X-Despacho-Run': order.run,
    },
  };
}

function page(
  language: Language,
  say: { greeting: string; story: string },
  lines: readonly string[],
  facts: readonly [string, string][],
  story: readonly { when: string; what: string }[],
): string {
  const paragraphs = [say.greeting, ...lines].map((line) => `<p>${escapeHtml(line)}</p>`).join('');
  const rows = facts
    .map(
      ([name, value]) =>
        `<tr><th style="text-align:left;padding:4px 12px 4px 0">${escapeHtml(name)}</th><td>${escapeHtml(value)}</td></tr>`,
    )
    .join('');
  const items = story
    .map(({ when, what }) => `<li>${escapeHtml(what)} <small>${escapeHtml(when)}</small></li>`)
    .join('');
  return `<!doctype html><html lang="${language}"><body style="font-family:sans-serif;max-width:600px;margin:0 auto;padding:16px">${paragraphs}<table>${rows}</table><h3>${escapeHtml(say.story)}</h3><ol>${items}</ol></body></html>`;
}
