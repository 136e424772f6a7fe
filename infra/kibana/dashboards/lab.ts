import {
  type Dashboard,
  documentsOf,
  type Metric,
  number,
  type Panel,
  panel,
  same,
  time,
  type Words,
  words,
} from '../panels.ts';
import { byMessageAndPace, byPace, byProcess, byTarget } from './labGroups.ts';

const lab = documentsOf('despacho-lab');
const { average, control, count, layer, max } = lab;
type LabMetric = Metric<'despacho-lab'>;

const ofRuns = { 'despacho.lab.kind': 'result' } as const;
const ofRates = { 'despacho.lab.kind': 'rate' } as const;
const ofProcesses = { 'despacho.lab.kind': 'process' } as const;
const resting = { 'despacho.lab.phase': 'rest' } as const;
const loaded = { 'despacho.lab.phase': ['produce', 'consume', 'live'] } as const;

const produced = average('despacho.lab.produced_per_second', words('Producidos/s', 'Produced/s'));
const consumed = average('despacho.lab.consumed_per_second', words('Consumidos/s', 'Consumed/s'));
const cpuEach = average('despacho.lab.cpu_per_1000', words('Segundos de CPU por 1.000', 'CPU seconds per 1,000'));
const bytesEach = average(
  'despacho.lab.bytes_per_message',
  words('Bytes en disco por mensaje', 'Bytes on disk per message'),
);
const mostConsumed = max(
  'despacho.lab.consumed_per_second',
  words('Máximo de mensajes/s consumidos', 'Most messages/s consumed'),
);
const runs = words('Ensayos', 'Runs');
const exact = count(words('Ensayos con todo exacto', 'Runs with all exact'), { 'despacho.lab.exact': true });

const tiles = [
  number('runs', layer({ metrics: [count(runs, ofRuns)] })),
  number('exact', layer({ metrics: [exact] })),
  number('best', layer({ where: ofRuns, metrics: [mostConsumed] })),
];

const compare = (id: string, title: Words, metric: LabMetric): Panel =>
  panel(id, title, 'row', layer({ where: ofRuns, split: byPace, across: byTarget, metrics: [metric] }));

const table = panel(
  'results',
  words('Resultados por mensaje, ritmo, modo y almacén', 'Results by message, pace, mode and store'),
  'table',
  layer({
    where: ofRuns,
    split: byMessageAndPace,
    across: byTarget,
    metrics: [count(runs), produced, consumed, cpuEach, bytesEach],
  }),
);

const overTime = (id: string, title: Words, metric: LabMetric): Panel =>
  panel(id, title, 'line', layer({ where: ofRates, across: time, split: byTarget, metrics: [metric] }));

function used(figure: 'cpu' | 'memory', title: Words, unit: Words): Panel[] {
  const mean = (label: Words, where?: LabMetric['where']) =>
    average(`despacho.lab.${figure}`, label, where && { where });
  const restingAndLoaded = [
    mean(words('En reposo', 'At rest'), resting),
    mean(words('Con carga', 'Loaded'), loaded),
  ] as const;
  return [
    panel(
      `${figure}-time`,
      title,
      'line',
      layer({ where: ofProcesses, across: time, split: byProcess, metrics: [mean(unit)] }),
    ),
    panel(
      `${figure}-rest`,
      words(`${title.es}, en reposo y con carga`, `${title.en}, at rest and loaded`),
      'row',
      layer({ where: ofProcesses, across: byProcess, metrics: restingAndLoaded }),
    ),
  ];
}

/** Drawn from `despacho-lab` alone. */
export const labDashboard: Dashboard = {
  id: 'lab',
  title: words('Despacho: laboratorio de mensajes', 'Despacho: message lab'),
  about: words(
    'Mensajes por segundo, CPU y memoria de cada combinación de mensaje, modo y almacén.',
    'Messages per second, CPU and memory of every combination of message, mode and store.',
  ),
  controls: [
    control('run', words('Ensayo', 'Run'), 'despacho.run'),
    control('message', words('Mensaje', 'Message'), 'despacho.lab.message'),
    control('target', byTarget.label, 'despacho.lab.target'),
    control('pace', byPace.label, 'despacho.lab.pace'),
  ],
  rows: [
    { height: 6, panels: tiles },
    { height: 29, panels: [table] },
    {
      height: 13,
      panels: [
        compare('compare-rate', words('Mensajes por segundo', 'Messages per second'), consumed),
        compare('compare-cpu', cpuEach.label, cpuEach),
        compare('compare-bytes', bytesEach.label, bytesEach),
      ],
    },
    {
      height: 13,
      panels: [
        overTime('produced', words('Producidos por segundo', 'Produced per second'), produced),
        overTime('consumed', words('Consumidos por segundo', 'Consumed per second'), consumed),
        overTime(
          'lag',
          words('Mensajes producidos y aún no consumidos', 'Messages produced and not yet consumed'),
          max('despacho.lab.lag', words('Mensajes', 'Messages')),
        ),
      ],
    },
    {
      height: 15,
      panels: used('cpu', words('CPU por proceso (núcleos)', 'CPU by process (cores)'), words('Núcleos', 'Cores')),
    },
    { height: 15, panels: used('memory', words('Memoria por proceso (MiB)', 'Memory by process (MiB)'), same('MiB')) },
  ],
};
