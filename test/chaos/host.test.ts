/** One system runs at a host, whoever starts it and whenever it is ended. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { System } from '../system/systemProcess.ts';
import type { Start, Trial } from '../system/trial.ts';
import { Host } from './host.ts';

/** A trial whose systems come up when the test says so. */
function slowTrial() {
  const running = new Set<System>();
  const starts: { comeUp(): void }[] = [];
  let onAsked = Promise.withResolvers<void>();
  const start = ({ end }: Start): Promise<System> => {
    const { promise, resolve, reject } = Promise.withResolvers<System>();
    const ended = Promise.withResolvers<number | NodeJS.Signals>();
    const process = {
      kill(by: NodeJS.Signals) {
        running.delete(system);
        ended.resolve(by);
      },
    };
    const system = { process, ended: ended.promise, output: () => '' } as unknown as System;
    end?.addEventListener('abort', () => {
      system.process.kill('SIGKILL');
      reject(new Error('it ended before it was up'));
    });
    const comeUp = () => {
      if (end?.aborted) return;
      running.add(system);
      resolve(system);
    };
    starts.push({ comeUp });
    onAsked.resolve();
    onAsked = Promise.withResolvers();
    return promise;
  };
  const asked = async (count: number) => {
    while (starts.length < count) await onAsked.promise;
  };
  return { trial: { start } as unknown as Trial, running, starts, asked };
}

const crash = ({ running }: ReturnType<typeof slowTrial>) => [...running][0]?.process.kill('SIGABRT');

test('a system that is killed while it starts anew after a crash runs once, when it is started', async () => {
  const slow = slowTrial();
  const host = new Host(slow.trial, 'note');
  const first = host.start();
  slow.starts[0]?.comeUp();
  await first;
  crash(slow);
  await slow.asked(2);
  await host.end('SIGKILL');
  const again = host.start();
  await slow.asked(3);
  for (const { comeUp } of slow.starts.slice(1)) comeUp();
  await again;
  assert.deepEqual([slow.running.size, host.crashes.length], [1, 1]);
  await host.close();
  assert.equal(slow.running.size, 0);
});

test('who starts it while it starts waits for the same system', async () => {
  const slow = slowTrial();
  const host = new Host(slow.trial, 'note');
  const both = Promise.all([host.start(), host.start()]);
  slow.starts[0]?.comeUp();
  await both;
  assert.equal(slow.starts.length, 1);
  await host.close();
  assert.equal(slow.running.size, 0);
});

test('a system that crashes as soon as it is up is started anew', async () => {
  const slow = slowTrial();
  const host = new Host(slow.trial, 'note');
  const first = host.start();
  slow.starts[0]?.comeUp();
  crash(slow);
  await Promise.all([first, slow.asked(2)]);
  await host.close();
  assert.equal(slow.running.size, 0);
});
