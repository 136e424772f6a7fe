import type { KindName } from '../../../functions/messages/message.ts';
import type { Language } from '../../../functions/orders/lifecycle.ts';
import type { Phase } from '../record/recorder.ts';
import type { Pace } from '../record/result.ts';

/** What the report says, in both languages. */
export const words = {
  es: {
    title: 'Laboratorio de mensajes',
    made: 'Hecho por',
    on: 'en',
    cores: 'núcleos',
    message: 'Mensaje',
    target: 'Destino',
    pace: 'Ritmo',
    count: 'Mensajes',
    produced: 'Producidos/s',
    consumed: 'Consumidos/s',
    cpu: 'CPU s por 1000',
    bytes: 'Bytes en disco por mensaje',
    exact: 'Exacto',
    yes: 'sí',
    no: 'NO',
    older: 'frente a la implementación anterior',
    olderAbout:
      'La implementación anterior mostraba 53 publicaciones por segundo en vivo y guardaba 160.000 a unas 179 por segundo.',
    exactAbout:
      'Exacto: la huella (cantidad y suma de SHA-256) de lo producido es la de lo que hay en Kafka, y la de las filas que salen de ahí es la del destino.',
    notKept: 'no se guarda',
    promise: 'Qué promete cada base de datos',
    messages: 'Mensajes',
    processor: 'CPU',
    memory: 'Memoria',
    perSecond: 'por segundo',
    coreUnit: 'núcleos',
    memoryUnit: 'MiB',
    cpuTitle: 'Segundos de CPU por 1000 mensajes',
    bytesTitle: 'Bytes en disco por mensaje',
    bytesAbout: 'Los WAL no se cuentan.',
    producedLine: 'producidos',
    consumedLine: 'consumidos',
    other: 'English',
    paces: { backlog: 'producir y después consumir', live: 'en vivo' } satisfies Record<Pace, string>,
    kinds: { counter: 'contador', posts: 'publicaciones' } satisfies Record<KindName, string>,
    phases: { rest: 'reposo', produce: 'producir', consume: 'consumir', live: 'en vivo' } satisfies Record<
      Phase,
      string
    >,
  },
  en: {
    title: 'Message lab',
    made: 'Made by',
    on: 'on',
    cores: 'cores',
    message: 'Message',
    target: 'Target',
    pace: 'Pace',
    count: 'Messages',
    produced: 'Produced/s',
    consumed: 'Consumed/s',
    cpu: 'CPU s per 1,000',
    bytes: 'Bytes on disk per message',
    exact: 'Exact',
    yes: 'yes',
    no: 'NO',
    older: 'against the older implementation',
    olderAbout: 'The older implementation showed 53 posts per second live, and stored 160,000 at about 179 per second.',
    exactAbout:
      'Exact: the fingerprint (count and sum of SHA-256) of what was produced is that of what Kafka holds, and that of the rows made from it is that of the target.',
    notKept: 'not kept',
    promise: 'What each store promises',
    messages: 'Messages',
    processor: 'CPU',
    memory: 'Memory',
    perSecond: 'per second',
    coreUnit: 'cores',
    memoryUnit: 'MiB',
    cpuTitle: 'CPU seconds per 1,000 messages',
    bytesTitle: 'Bytes on disk per message',
    bytesAbout: 'WALs are not counted.',
    producedLine: 'produced',
    consumedLine: 'consumed',
    other: 'Español',
    paces: { backlog: 'produce, then consume', live: 'live' } satisfies Record<Pace, string>,
    kinds: { counter: 'counter', posts: 'posts' } satisfies Record<KindName, string>,
    phases: { rest: 'rest', produce: 'produce', consume: 'consume', live: 'live' } satisfies Record<Phase, string>,
  },
} as const;

export type Words = (typeof words)[Language];

/** Thousands are always marked: in Spanish 1.084 is more than a thousand, and 1,084 little more than one. */
export const numberText = (value: number, language: Language, digits = 0): string =>
  value.toLocaleString(language, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: 'always',
  });
