import { controlOf, type Dashboard, layerOf, type Metric, number, type Panel, time, type Words } from '../panels.ts';
import { byMessageAndPace, byPace, byProcess, byTarget } from './labGroups.ts';

const lab = layerOf('despacho-lab');
type LabMetric = Metric<'despacho-lab'>;

const ofRuns = { 'despacho.lab.kind': 'result' } as const;
const ofRates = { 'despacho.lab.kind': 'rate' } as const;
const ofProcesses = { 'despacho.lab.kind': 'process' } as const;
const resting = { 'despacho.lab.phase': 'rest' } as const;
const loaded = { 'despacho.lab.phase': ['produce', 'consume', 'live'] } as const;

type Figure = 'produced_per_second' | 'consumed_per_second' | 'cpu' | 'memory' | 'cpu_per_1000' | 'bytes_per_message';
const average = (figure: Figure, es: string, en: string, where?: LabMetric['where']): LabMetric => ({
  of: 'average',
  field: `despacho.lab.${figure}`,
  label: { es, en },
  ...(where && { where }),
});

const produced = average('produced_per_second', 'Producidos/s', 'Produced/s');
const consumed = average('consumed_per_second', 'Consumidos/s', 'Consumed/s');
const cpuEach = average('cpu_per_1000', 'Segundos de CPU por 1.000', 'CPU seconds per 1,000');
const bytesEach = average('bytes_per_message', 'Bytes en disco por mensaje', 'Bytes on disk per message');
const runs: LabMetric = { of: 'count', label: { es: 'Ensayos', en: 'Runs' }, where: ofRuns };

const tiles: Panel[] = [
  number('runs', lab({ metrics: [runs] })),
  number(
    'exact',
    lab({
      metrics: [
        {
          of: 'count',
          label: { es: 'Ensayos con todo exacto', en: 'Runs with all exact' },
          where: { 'despacho.lab.exact': true },
        },
      ],
    }),
  ),
  number(
    'best',
    lab({
      where: ofRuns,
      metrics: [
        {
          of: 'max',
          field: 'despacho.lab.consumed_per_second',
          label: { es: 'Máximo de mensajes/s consumidos', en: 'Most messages/s consumed' },
        },
      ],
    }),
  ),
];

/** Bars for each mode and store. */
const compare = (id: string, title: Words, metric: LabMetric): Panel => ({
  id,
  title,
  shape: 'row',
  layers: [lab({ where: ofRuns, split: byPace, across: byTarget, metrics: [metric] })],
});

const table: Panel = {
  id: 'results',
  title: { es: 'Resultados por mensaje, ritmo, modo y almacén', en: 'Results by message, pace, mode and store' },
  shape: 'table',
  layers: [
    lab({
      where: ofRuns,
      split: byMessageAndPace,
      across: byTarget,
      metrics: [{ of: 'count', label: runs.label }, produced, consumed, cpuEach, bytesEach],
    }),
  ],
};

const rate = (id: string, title: Words, metric: LabMetric): Panel => ({
  id,
  title,
  shape: 'line',
  layers: [lab({ where: ofRates, across: time, split: byTarget, metrics: [metric] })],
});

const lag: Panel = {
  id: 'lag',
  title: { es: 'Mensajes producidos y aún no consumidos', en: 'Messages produced and not yet consumed' },
  shape: 'line',
  layers: [
    lab({
      where: ofRates,
      across: time,
      split: byTarget,
      metrics: [{ of: 'max', field: 'despacho.lab.lag', label: { es: 'Mensajes', en: 'Messages' } }],
    }),
  ],
};

const used = (id: string, title: Words, figure: 'cpu' | 'memory', es: string, en: string): Panel[] => [
  {
    id: `${id}-time`,
    title,
    shape: 'line',
    layers: [lab({ where: ofProcesses, across: time, split: byProcess, metrics: [average(figure, es, en)] })],
  },
  {
    id: `${id}-rest`,
    title: { es: `${title.es}, en reposo y con carga`, en: `${title.en}, at rest and loaded` },
    shape: 'row',
    layers: [
      lab({
        where: ofProcesses,
        across: byProcess,
        metrics: [average(figure, 'En reposo', 'At rest', resting), average(figure, 'Con carga', 'Loaded', loaded)],
      }),
    ],
  },
];

const control = (id: string, label: Words, field: 'despacho.run' | `despacho.lab.${'message' | 'target' | 'pace'}`) =>
  controlOf({ id, label, index: 'despacho-lab', field });

/** Drawn from `despacho-lab` alone. */
export const labDashboard: Dashboard = {
  id: 'lab',
  title: { es: 'Despacho: laboratorio de mensajes', en: 'Despacho: message lab' },
  about: {
    es: 'Mensajes por segundo, CPU y memoria de cada combinación de mensaje, modo y almacén.',
    en: 'Messages per second, CPU and memory of every combination of message, mode and store.',
  },
  controls: [
    control('run', { es: 'Ensayo', en: 'Run' }, 'despacho.run'),
    control('message', { es: 'Mensaje', en: 'Message' }, 'despacho.lab.message'),
    control('target', byTarget.label, 'despacho.lab.target'),
    control('pace', byPace.label, 'despacho.lab.pace'),
  ],
  rows: [
    { height: 6, panels: tiles },
    { height: 29, panels: [table] },
    {
      height: 13,
      panels: [
        compare('compare-rate', { es: 'Mensajes por segundo', en: 'Messages per second' }, consumed),
        compare('compare-cpu', cpuEach.label, cpuEach),
        compare('compare-bytes', bytesEach.label, bytesEach),
      ],
    },
    {
      height: 13,
      panels: [
        rate('produced', { es: 'Producidos por segundo', en: 'Produced per second' }, produced),
        rate('consumed', { es: 'Consumidos por segundo', en: 'Consumed per second' }, consumed),
        lag,
      ],
    },
    {
      height: 15,
      panels: used('cpu', { es: 'CPU por proceso (núcleos)', en: 'CPU by process (cores)' }, 'cpu', 'Núcleos', 'Cores'),
    },
    {
      height: 15,
      panels: used(
        'memory',
        { es: 'Memoria por proceso (MiB)', en: 'Memory by process (MiB)' },
        'memory',
        'MiB',
        'MiB',
      ),
    },
  ],
};
