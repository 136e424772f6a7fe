import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { lock } from './lock.ts';

test('the second waits until the first lets go', async () => {
  const name = randomUUID();
  const seen: string[] = [];
  const first = await lock(name);
  const { promise: waiting, resolve: waits } = Promise.withResolvers<void>();
  const second = lock(name, waits).then((held) => {
    seen.push('second holds');
    held[Symbol.dispose]();
  });
  await waiting;

  seen.push('first lets go');
  first[Symbol.dispose]();
  await second;

  assert.deepEqual(seen, ['first lets go', 'second holds']);
});

test('only one of many holds it at a time', async () => {
  const name = randomUUID();
  let holders = 0;
  const work = async () => {
    using _one = await lock(name);
    holders += 1;
    assert.equal(holders, 1);
    await new Promise((next) => setImmediate(next));
    holders -= 1;
  };

  await Promise.all(Array.from({ length: 20 }, work));
});

test('a holder that is killed leaves no lock behind', async () => {
  const name = randomUUID();
  const script = `
    import { lock } from ${JSON.stringify(join(import.meta.dirname, 'lock.ts'))};
    const held = await lock('${name}');
    console.log('held');
  `;
  const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(holder.stdout, 'data');
  const taken = lock(name, () => holder.kill('SIGKILL'));

  (await taken)[Symbol.dispose]();

  assert.ok(holder.killed);
});

const skip = process.getuid?.() !== 0 && 'only root can become somebody else';

test('a lock that another user holds is not waited for: nobody else keeps us from starting', {
  skip,
}, async (context) => {
  const name = randomUUID();
  (await lock(name, () => assert.fail('it is free')))[Symbol.dispose]();
  const script = `import socket, hashlib, sys
one = socket.socket(socket.AF_UNIX)
one.bind('\\0despacho-' + hashlib.sha256(b'${name}').hexdigest()[:32])
one.listen()
print('held', flush=True)
sys.stdin.read()`;
  const stranger = spawn('setpriv', ['--reuid=65534', '--clear-groups', '/usr/bin/python3', '-c', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  context.after(() => stranger.kill());
  const [said] = await once(stranger.stdout, 'readable').then(() => [stranger.stdout.read()]);
  assert.ok(said, 'Python could not be started as somebody else');

  await assert.rejects(lock(name), /Another user of this machine holds @despacho-\w+/);

  const ended = once(stranger, 'exit');
  stranger.stdin.end();
  await ended;
  (await lock(name))[Symbol.dispose]();
});
