import { controlOf, type Dashboard, layerOf, type Metric, number, type Panel, time } from '../panels.ts';
import { byState } from './groups.ts';

const emails = layerOf('despacho-emails');
const invocations = layerOf('despacho-invocations');
type EmailMetric = Metric<'despacho-emails'>;
type InvocationMetric = Metric<'despacho-invocations'>;

const sent: EmailMetric = { of: 'count', label: { es: 'Correos enviados', en: 'E-mails sent' } };

/** No e-mail, no document: what failed, and how often, is told by the function that sends. */
const refused: InvocationMetric = {
  of: 'sum',
  field: 'despacho.batch.dead',
  where: { 'faas.name': 'notify' },
  label: { es: 'Rechazados para siempre', en: 'Refused for good' },
};
const failed: InvocationMetric = {
  of: 'sum',
  field: 'despacho.batch.failed',
  where: { 'faas.name': 'notify' },
  label: { es: 'Intentos fallidos', en: 'Failed attempts' },
};

const delay = (percentile: number): EmailMetric => ({
  of: 'percentile',
  field: 'despacho.email.delay',
  percentile,
  label: { es: `p${percentile} (ms)`, en: `p${percentile} (ms)` },
});

const overTime: Panel = {
  id: 'sent-time',
  title: { es: 'Correos enviados por estado', en: 'E-mails sent by state' },
  shape: 'bar',
  layers: [emails({ across: time, split: byState, metrics: [sent] })],
};

/** A letter may fail often and be refused once: as lines of their own, neither is drawn as a part of the other. */
const failures: Panel = {
  id: 'failed-time',
  title: { es: 'Intentos fallidos y correos rechazados', en: 'Failed attempts and refused e-mails' },
  shape: 'line',
  layers: [invocations({ across: time, metrics: [failed, refused] })],
};

const delayOverTime: Panel = {
  id: 'delay-time',
  title: { es: 'De la transición al correo (ms)', en: 'From the transition to the e-mail (ms)' },
  shape: 'line',
  layers: [emails({ across: time, metrics: [delay(50), delay(95), delay(99)] })],
};

const delayByState: Panel = {
  id: 'delay-state',
  title: { es: 'De la transición al correo, por estado', en: 'From the transition to the e-mail, by state' },
  shape: 'table',
  layers: [emails({ across: byState, metrics: [sent, delay(50), delay(95), delay(99)] })],
};

const byLanguage: Panel = {
  id: 'languages',
  title: { es: 'Correos por idioma', en: 'E-mails by language' },
  shape: 'row',
  layers: [
    emails({
      across: { by: 'terms', label: { es: 'Idioma', en: 'Language' }, field: 'despacho.email.language', most: 5 },
      metrics: [sent],
    }),
  ],
};

/** Drawn from `despacho-emails` and `despacho-invocations`. */
export const emailsDashboard: Dashboard = {
  id: 'emails',
  title: { es: 'Despacho: correos', en: 'Despacho: e-mails' },
  about: {
    es: 'Los correos a los clientes: enviados, fallidos y cuánto tardan desde la transición.',
    en: 'The e-mails to the customers: sent, failed, and how long after the transition.',
  },
  controls: [
    controlOf({ id: 'run', label: { es: 'Carga', en: 'Run' }, index: 'despacho-emails', field: 'despacho.run' }),
    controlOf({
      id: 'distribution',
      label: { es: 'Distribución', en: 'Distribution' },
      index: 'despacho-emails',
      field: 'despacho.distribution',
    }),
  ],
  rows: [
    {
      height: 6,
      panels: [
        number('sent', emails({ metrics: [sent] })),
        number('failed', invocations({ metrics: [failed] })),
        number('refused', invocations({ metrics: [refused] })),
        number('delay', emails({ metrics: [{ ...delay(95), label: { es: 'Espera p95 (ms)', en: 'p95 wait (ms)' } }] })),
      ],
    },
    { height: 13, panels: [overTime, byLanguage] },
    { height: 13, panels: [delayOverTime, delayByState] },
    { height: 13, panels: [failures] },
  ],
};
