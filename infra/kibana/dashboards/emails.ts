import { type Dashboard, documentsOf, number, panel, same, time, words } from '../panels.ts';
import { byState } from './groups.ts';

const emails = documentsOf('despacho-emails');
const invocations = documentsOf('despacho-invocations');

const sent = emails.count(words('Correos enviados', 'E-mails sent'));

/** No e-mail, no document: what failed, and how often, is told by the function that sends. */
const ofNotify = { where: { 'faas.name': 'notify' } } as const;
const refused = invocations.sum('despacho.batch.dead', words('Rechazados para siempre', 'Refused for good'), ofNotify);
const failed = invocations.sum('despacho.batch.failed', words('Intentos fallidos', 'Failed attempts'), ofNotify);

const delay = (percentile: number, label = same(`p${percentile} (ms)`)) =>
  emails.percentile('despacho.email.delay', percentile, label);

const overTime = panel(
  'sent-time',
  words('Correos enviados por estado', 'E-mails sent by state'),
  'bar',
  emails.layer({ across: time, split: byState, metrics: [sent] }),
);

/** A letter may fail often and be refused once: as lines of their own, neither is drawn as a part of the other. */
const failures = panel(
  'failed-time',
  words('Intentos fallidos y correos rechazados', 'Failed attempts and refused e-mails'),
  'line',
  invocations.layer({ across: time, metrics: [failed, refused] }),
);

const delayOverTime = panel(
  'delay-time',
  words('De la transición al correo (ms)', 'From the transition to the e-mail (ms)'),
  'line',
  emails.layer({ across: time, metrics: [delay(50), delay(95), delay(99)] }),
);

const delayByState = panel(
  'delay-state',
  words('De la transición al correo, por estado', 'From the transition to the e-mail, by state'),
  'table',
  emails.layer({ across: byState, metrics: [sent, delay(50), delay(95), delay(99)] }),
);

const language = {
  by: 'terms',
  label: words('Idioma', 'Language'),
  field: 'despacho.email.language',
  most: 5,
} as const;
const byLanguage = panel(
  'languages',
  words('Correos por idioma', 'E-mails by language'),
  'row',
  emails.layer({ across: language, metrics: [sent] }),
);

/** Drawn from `despacho-emails` and `despacho-invocations`. */
export const emailsDashboard: Dashboard = {
  id: 'emails',
  title: words('Despacho: correos', 'Despacho: e-mails'),
  about: words(
    'Los correos a los clientes: enviados, fallidos y cuánto tardan desde la transición.',
    'The e-mails to the customers: sent, failed, and how long after the transition.',
  ),
  controls: [
    emails.control('run', words('Carga', 'Run'), 'despacho.run'),
    emails.control('distribution', words('Distribución', 'Distribution'), 'despacho.distribution'),
  ],
  rows: [
    {
      height: 6,
      panels: [
        number('sent', emails.layer({ metrics: [sent] })),
        number('failed', invocations.layer({ metrics: [failed] })),
        number('refused', invocations.layer({ metrics: [refused] })),
        number('delay', emails.layer({ metrics: [delay(95, words('Espera p95 (ms)', 'p95 wait (ms)'))] })),
      ],
    },
    { height: 13, panels: [overTime, byLanguage] },
    { height: 13, panels: [delayOverTime, delayByState] },
    { height: 13, panels: [failures] },
  ],
};
