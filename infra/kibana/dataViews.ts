import type { Index } from '../../functions/metrics/fields.ts';
import type { Words } from './panels.ts';

/** What people read where Kibana lets them choose among the indices. */
export const dataViewNames: Readonly<Record<Index, Words>> = {
  'despacho-transitions': { es: 'Despacho: transiciones', en: 'Despacho: transitions' },
  'despacho-invocations': { es: 'Despacho: invocaciones', en: 'Despacho: invocations' },
  'despacho-emails': { es: 'Despacho: correos', en: 'Despacho: e-mails' },
  'despacho-lab': { es: 'Despacho: laboratorio', en: 'Despacho: lab' },
  'despacho-lag': { es: 'Despacho: atraso', en: 'Despacho: lag' },
  'despacho-load': { es: 'Despacho: carga', en: 'Despacho: load' },
};
