/** The words of the lab's part: Spanish, English. */
import type { WordTable } from './wordTable.ts';

/** `runStates` are those of `LabRun`, `messageKinds` and `paces` what the runs' documents in Elasticsearch say. */
export const labWords = {
  labHint: [
    'Mide cuántos mensajes por segundo pasan de Kafka a cada destino, y qué cuestan. Vacía antes el destino.',
    'Measures how many messages a second go from Kafka into each target, and what they cost. Empties the target first.',
  ],
  message: ['Mensaje', 'Message'],
  messageKinds: {
    counter: ['contador', 'counter'],
    posts: ['publicaciones', 'posts'],
  },
  target: ['Destino', 'Target'],
  count: ['Mensajes', 'Messages'],
  ratePerSecond: ['Por segundo', 'Per second'],
  rateHint: ['vacío: primero produce, luego consume', 'empty: produces first, then consumes'],
  startRun: ['Iniciar medición', 'Start run'],
  stopRun: ['Detener medición', 'Stop run'],
  runStarted: ['Medición iniciada', 'Run started'],
  runStopped: ['Medición detenida', 'Run stopped'],
  runStates: {
    running: ['en marcha', 'running'],
    ended: ['terminada', 'ended'],
    failed: ['falló', 'failed'],
  },
  results: ['Mediciones', 'Runs'],
  when_: ['Cuándo', 'When'],
  pace: ['Ritmo', 'Pace'],
  paces: {
    backlog: ['primero producir', 'produce first'],
    live: ['a la vez', 'at once'],
  },
  produced: ['Producidos/s', 'Produced/s'],
  consumed: ['Consumidos/s', 'Consumed/s'],
  cpuPer1000: ['CPU s por 1000', 'CPU s per 1,000'],
  exact: ['Exacto', 'Exact'],
  yes: ['sí', 'yes'],
  no: ['no', 'no'],
  perSecondPlot: ['Mensajes por segundo', 'Messages per second'],
  cpuPlot: ['CPU por proceso (núcleos)', 'CPU per process (cores)'],
  memoryPlot: ['Memoria por proceso (MiB)', 'Memory per process (MiB)'],
  second: ['segundo', 'second'],
} as const satisfies WordTable;
