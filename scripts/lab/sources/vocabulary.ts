import { at } from '../../../infra/at.ts';

/** The words of the made-up posts. Every one is invented for this lab; nobody ever posted them. */
export const postLanguages = ['es', 'en'] as const;
export type PostLanguage = (typeof postLanguages)[number];

/** What posts are about, unless words to track are given. */
export const subjects: Readonly<Record<PostLanguage, readonly string[]>> = {
  es: ['Chile', 'Santiago', 'Fútbol', 'Valparaíso', 'metro', 'elecciones', 'terremoto', 'cine', 'asado', 'Patagonia'],
  en: ['Chile', 'Santiago', 'football', 'London', 'coffee', 'elections', 'weather', 'movies', 'startup', 'Patagonia'],
};

/** `{s}` is the subject. */
export const openings: Readonly<Record<PostLanguage, readonly string[]>> = {
  es: [
    'No puedo creer lo que pasó con {s}',
    'Hoy todos hablan de {s}',
    'Última hora sobre {s}',
    'Qué lindo día para {s}',
    '¿Alguien más pensando en {s}?',
    'Recién leyendo acerca de {s}',
    'Opinión impopular: {s} está sobrevalorado',
    'Mi abuela siempre decía que {s} es lo primero',
    'Gracias a quienes hicieron posible {s}',
    'Otra vez {s} y otra vez lunes',
  ],
  en: [
    'Cannot believe what happened with {s}',
    'Everyone is talking about {s} today',
    'Breaking news on {s}',
    'What a lovely day for {s}',
    'Anyone else thinking about {s}?',
    'Just reading up on {s}',
    'Unpopular opinion: {s} is overrated',
    'My grandmother always said {s} comes first',
    'Thanks to all who made {s} possible',
    '{s} again, and Monday again',
  ],
};

/** How a post goes on. `posts.ts` takes up to three in steps of 3, and meets none twice because there are ten. */
export const details: Readonly<Record<PostLanguage, readonly string[]>> = {
  es: [
    'y la verdad es que nadie lo esperaba',
    'mientras esperaba la micro bajo la lluvia',
    'pero mañana será otro día',
    'según cuentan los vecinos del barrio',
    'con un café con leche y pan tostado',
    'y todavía queda mucho por decir',
    'justo cuando empezaba el segundo tiempo',
    'aunque el pronóstico decía otra cosa',
    'y me hizo el día',
    'con toda la familia mirando',
  ],
  en: [
    'and honestly nobody saw it coming',
    'while waiting for the bus in the rain',
    'but tomorrow is another day',
    'or so the neighbours say',
    'with a flat white and some toast',
    'and there is a lot more to say',
    'right when the second half began',
    'although the forecast said otherwise',
    'and it made my day',
    'with the whole family watching',
  ],
};

/** Some are of several code points: a flag, joined ones, and those with a variation selector. */
export const emoji = ['😀', '😂', '😍', '🔥', '⚽', '🎉', '🙏', '😭', '☕', '🇨🇱', '👏', '🤔', '🌧️', '❤️', '👩‍💻', '🚀'];
const first = ['ana', 'benja', 'cami', 'diego', 'elena', 'feli', 'ines', 'joaco', 'luz', 'mati', 'noah', 'olivia'];
const second = ['araya', 'vera', 'rios', 'luna', 'sol', 'soto', 'frost', 'hill', 'moss', 'reed'];

/** The nth of 120,000 invented people. */
export function author(number: number): { screen_name: string; name: string } {
  const [given, family] = [at(first, number % 12), at(second, Math.floor(number / 12) % 10)];
  return { screen_name: `${given}_${family}${Math.floor(number / 120)}`, name: `${given} ${family}` };
}
/** How many different ones `author` gives: 12 first names, 10 second names, 1,000 numbers. */
export const authors = 120_000;
