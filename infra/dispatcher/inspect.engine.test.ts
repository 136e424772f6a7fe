/** A debugger, as an editor has one, in a function that Kafka calls. */

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import WebSocket from 'ws';
import { freePort } from '../engines/freePort.ts';
import { ownTopics } from '../kafkajs/ownTopics.fixture.ts';
import { brokers, testEntry } from '../kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { ownProcess } from '../ownProcess.fixture.ts';

const { topic, send } = ownTopics('inspect');
/** The line after its first is the one to stop at. */
const handler = (
  greeting: string,
) => `export const handler = async ({ records }: { records: Record<string, { value: string }[]> }) => {
  const text = Buffer.from(Object.values(records).flat()[0]?.value ?? '', 'base64').toString();
  console.log('${greeting} ' + text);
};
`;

type Location = { scriptId: string; lineNumber: number };
type Paused = { callFrames: { callFrameId: string }[]; hitBreakpoints: string[] };

/** Speaks the protocol of V8's inspector, as far as the test needs it. */
class Debugger {
  readonly events = new EventEmitter();
  readonly #socket: WebSocket;
  /** Modules that are there, as URLs. */
  readonly #modules = new Set<string>();
  #last = 0;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const { id, method, params, result, error } = JSON.parse(String(data));
      if (method === 'Debugger.scriptParsed') this.#modules.add(params.url);
      this.events.emit(method ?? `answer ${id}`, params ?? result ?? error);
    });
  }

  static async attach(port: number): Promise<Debugger> {
    const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as [
      { webSocketDebuggerUrl: string },
    ];
    const socket = new WebSocket(target.webSocketDebuggerUrl);
    await once(socket, 'open');
    const debug = new Debugger(socket);
    await debug.send('Debugger.enable', {});
    return debug;
  }

  async send<T>(method: string, params: Record<string, unknown>): Promise<T> {
    const id = ++this.#last;
    const answered = once(this.events, `answer ${id}`);
    this.#socket.send(JSON.stringify({ id, method, params }));
    const [answer] = await answered;
    return answer as T;
  }

  /** Waits for the module: a worker can be debugged before it has loaded it. @param line from 0 on */
  async breakAt(url: string, line: number): Promise<string> {
    while (!this.#modules.has(url)) await once(this.events, 'Debugger.scriptParsed');
    const place = { url, lineNumber: line };
    const { breakpointId, locations } = await this.send<{ breakpointId: string; locations: Location[] }>(
      'Debugger.setBreakpointByUrl',
      place,
    );
    assert.equal(locations[0]?.lineNumber, line, 'the breakpoint is not bound');
    return breakpointId;
  }

  async gone(): Promise<void> {
    await once(this.#socket, 'close');
  }

  close(): void {
    this.#socket.close();
  }
}

test('a breakpoint in a function binds and stops it for as long as one likes, also after the module has changed', {
  timeout: 90_000,
}, async ({ signal }) => {
  const kafkaEvent = { topic, bootstrapServers: brokers, maximumBatchingWindow: 0 };
  const functions = { greet: { handler: 'greet.handler', timeout: 1, events: [{ kafka: kafkaEvent }] } };
  const folder = ownFolder({
    'greet.ts': handler('hello'),
    'service.json': JSON.stringify({ service: 'shop', functions, custom: { dispatcher: testEntry() } }),
  });
  const file = join(folder, 'greet.ts');
  const port = await freePort();
  const flags = ['--directory', folder, '--config', join(folder, 'service.json'), '--probes', '0', '--reload'];
  const host = join(import.meta.dirname, 'host.ts');
  const child = ownProcess([host, ...flags, '--inspect', `${port}`]);
  signal.addEventListener('abort', () => child.kill('SIGKILL'));
  const news = new EventEmitter();
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk;
      news.emit('more');
    });
  }
  child.once('exit', () => news.emit('error', new Error(`it ended: ${output}`)));
  const said = async (what: RegExp) => {
    while (!what.test(output)) await once(news, 'more', { signal });
  };
  const stopAndGoOn = async (value: string) => {
    const debug = await Debugger.attach(port);
    const breakpoint = await debug.breakAt(pathToFileURL(file).href, 2);
    const paused = once(debug.events, 'Debugger.paused', { signal });
    await send(value);
    const [{ callFrames, hitBreakpoints }] = (await paused) as [Paused];
    assert.deepEqual(hitBreakpoints, [breakpoint]);
    const callFrameId = callFrames[0]?.callFrameId;
    // Beyond the function's time-out.
    const expression = '{ const end = Date.now() + 1200; while (Date.now() < end); text }';
    const { result } = await debug.send<{ result: { value: string } }>('Debugger.evaluateOnCallFrame', {
      callFrameId,
      expression,
    });
    assert.equal(result.value, value);
    await debug.send('Debugger.resume', {});
    return debug;
  };
  try {
    await said(new RegExp(`greet can be debugged at 127\\.0\\.0\\.1:${port}[\\s\\S]*ready`));
    const editor = await stopAndGoOn('ana');
    await said(/hello ana/);
    const opened = () => output.split('Debugger listening on').length;
    const before = opened();
    // It stays until the worker goes.
    const gone = editor.gone();
    writeFileSync(file, handler('good day'));
    await gone;
    while (opened() === before) await once(news, 'more', { signal });
    (await stopAndGoOn('juan')).close();
    await said(/good day juan/);
    assert.doesNotMatch(output, /timed out|attempt/);
  } finally {
    news.on('error', () => undefined);
    child.kill('SIGKILL');
  }
});

test('what the README gives an editor names the port where the functions are found', () => {
  const readme = readFileSync(join(import.meta.dirname, 'README.md'), 'utf8');
  const [, json = ''] = /```json\n(\{\n {2}"version": "0\.2\.0"[\s\S]*?)```/.exec(readme) ?? [];
  const [configuration] = JSON.parse(json).configurations;
  assert.deepEqual([configuration.type, configuration.request, configuration.port], ['node', 'attach', 9229]);
  assert.equal(configuration.restart, true);
});
