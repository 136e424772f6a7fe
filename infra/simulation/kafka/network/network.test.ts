import assert from 'node:assert/strict';
import { onSimulated, type Stage } from '../onSimulated.fixture.ts';

/** A connection to the first broker, and what its listeners are told. */
function connect({ kafka }: Stage) {
  const told: string[] = [];
  const onConnect = () => void told.push('connect');
  const socket = kafka.socketFactory({ host: 'broker-1', port: 9092, ssl: {}, onConnect });
  socket.on('error', ({ message }) => told.push(message));
  for (const event of ['end', 'close'] as const) socket.on(event, () => told.push(event));
  return { socket, told };
}

/** What is told of a connection to which something is done once it is there. */
const after = (act: (stage: Stage, socket: ReturnType<typeof connect>['socket']) => void) => async (stage: Stage) => {
  const { socket, told } = connect(stage);
  await stage.time.pass(10);
  act(stage, socket);
  await stage.time.pass(10);
  return { told, open: stage.kafka.connections };
};

const cases: readonly (readonly [string, ReturnType<typeof after>, string[]])[] = [
  ['a client ends it', after((_, socket) => void socket.end()), ['connect', 'end', 'close']],
  ['a client destroys it', after((_, socket) => void socket.destroy()), ['connect', 'close']],
  [
    'a client destroys it with an error',
    after((_, socket) => void socket.destroy(new Error('so'))),
    ['connect', 'so', 'close'],
  ],
  ['a broker resets it', after(({ kafka }) => kafka.brokers.crash(1)), ['connect', 'read ECONNRESET', 'close']],
  ['a broker closes it', after(({ kafka }) => kafka.brokers.crash(1, 'closed')), ['connect', 'end', 'close']],
];

for (const [name, act, told] of cases) {
  onSimulated(`a connection is closed when ${name}`, {}, async (stage) => {
    assert.deepEqual(await act(stage), { told, open: 0 });
  });
}

onSimulated('a broker that is down refuses connections', {}, async (stage) => {
  stage.kafka.brokers.crash(1);
  const { told } = connect(stage);
  await stage.time.pass(10);
  assert.deepEqual(told, ['read ECONNREFUSED', 'close']);
});

onSimulated('what is destroyed before it is connected never is', {}, async (stage) => {
  const { socket, told } = connect(stage);
  socket.destroy(new Error('so'));
  await stage.time.pass(10);
  assert.deepEqual({ told, open: stage.kafka.connections }, { told: ['so', 'close'], open: 0 });
});

onSimulated('what a client has ended before it is connected is connected and closed', {}, async (stage) => {
  const { socket, told } = connect(stage);
  socket.end();
  await stage.time.pass(10);
  assert.deepEqual({ told, open: stage.kafka.connections }, { told: ['connect', 'end', 'close'], open: 0 });
});
