/** How long the functions wait for an engine that is away, before what they hold lies among the dead letters. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { type Clock, systemClock } from '../infra/clock.ts';
import { backOff } from '../infra/dispatcher/deliver/backOff.ts';
import { root } from './system/service.ts';

type Tries = { maximumRetryAttempts: number };
const { dispatcher } = parse(readFileSync(join(root, 'serverless.yml'), 'utf8'), { merge: true }).custom as {
  dispatcher: { defaults: Tries; functions: Record<string, Partial<Tries>> };
};

/** Hours of all pauses together, at their mean. */
async function hoursOf(retries: number): Promise<number> {
  let milliseconds = 0;
  const clock: Clock = {
    ...systemClock,
    random: () => 0.5,
    after(pause, call) {
      milliseconds += pause;
      queueMicrotask(call);
      return { cancel: () => undefined };
    },
  };
  for (let attempt = 1; attempt <= retries; attempt++) await backOff(clock, attempt, new AbortController().signal);
  return milliseconds / 3_600_000;
}

test('an engine that is away is waited for: some two hours by a command, most of a day by letters and documents', async () => {
  const { defaults, functions } = dispatcher;
  assert.ok((await hoursOf(defaults.maximumRetryAttempts)) >= 2);
  for (const name of ['notify', 'index']) {
    assert.ok((await hoursOf(functions[name]?.maximumRetryAttempts ?? 0)) >= 20, name);
  }
});
