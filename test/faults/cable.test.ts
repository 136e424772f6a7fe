/** The cable does to a connection what it says, and no more. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { type Cable, layCable } from './cable.ts';

/** Sends back whatever it gets. */
async function echoThrough(work: (cable: Cable, open: () => Promise<Socket>) => Promise<void>): Promise<void> {
  const echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket)).listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const cable = await layCable(`tcp://127.0.0.1:${(echo.address() as AddressInfo).port}`);
  const sockets: Socket[] = [];
  const open = async () => {
    const socket = connect(Number(new URL(cable.url).port), '127.0.0.1');
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  };
  await work(cable, open).finally(() => {
    for (const socket of sockets) socket.destroy();
    cable.close();
    echo.close();
  });
}

/** @returns what comes back first */
async function ask(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  const [answer] = await once(socket, 'data');
  return String(answer);
}

/** Asks until the connection breaks. @returns all that came back, and the error's code */
async function askUntilBroken(socket: Socket): Promise<{ said: string; code: string }> {
  let said = '';
  socket.on('data', (piece) => {
    said += piece;
    socket.write('whole');
  });
  socket.write('whole');
  const [{ code }] = await once(socket, 'error');
  return { said, code };
}

test('cut ends what is open and refuses what comes; whole again, it works', () =>
  echoThrough(async (cable, open) => {
    const socket = await open();
    assert.equal(await ask(socket, 'one'), 'one');
    cable.become('cut');
    await once(socket, 'close');
    await once(await open(), 'close');
    cable.become('whole');
    assert.equal(await ask(await open(), 'two'), 'two');
  }));

test('hold lets nothing through, and all of it afterwards', () =>
  echoThrough(async (cable, open) => {
    const socket = await open();
    cable.become('hold');
    let answered = false;
    const answer = ask(socket, 'held').finally(() => {
      answered = true;
    });
    cable.become('delay');
    cable.become('hold');
    await once((await open()).end('x'), 'finish');
    assert.equal(answered, false);
    cable.become('whole');
    assert.equal(await answer, 'held');
  }));

test('what is lost never answers, and who connects anew is heard', () =>
  echoThrough(async (cable, open) => {
    const old = await open();
    assert.equal(await ask(old, 'one'), 'one');
    cable.become('lose');
    const silence = ask(old, 'two').then(() => 'answered');
    assert.equal(await ask(await open(), 'three'), 'three');
    cable.become('whole');
    assert.equal(await ask(await open(), 'four'), 'four');
    assert.equal(await Promise.race([silence, Promise.resolve('silent')]), 'silent');
  }));

test('reset breaks a connection between two pieces, halve in the middle of one', () =>
  echoThrough(async (cable, open) => {
    cable.become('reset');
    const reset = await askUntilBroken(await open());
    assert.equal(reset.code, 'ECONNRESET');
    assert.match(reset.said, /^(whole)+$/);
    cable.become('halve');
    const halved = await askUntilBroken(await open());
    assert.equal(halved.code, 'ECONNRESET');
    assert.match(halved.said, /^(whole)+wh$/);
  }));
