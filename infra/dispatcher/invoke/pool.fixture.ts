/** Functions of a test's own, and a request to them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ownFolder } from '../../ownFolder.fixture.ts';
import type { FunctionSpec, Outcome } from './invocation.ts';

/** A module in a temporary folder, until the tests of the file are over. @param source gets that folder */
export function moduleOf(source: (folder: string) => string) {
  const folder = ownFolder();
  const file = join(folder, 'functions.mjs');
  writeFileSync(file, source(folder));
  const spec = (handler: string, more: Partial<FunctionSpec> = {}): FunctionSpec => ({
    file,
    handler,
    timeoutSeconds: 10,
    ...more,
  });
  return { folder, file, spec };
}

export const request = {
  source: { eventSource: 'SelfManagedKafka' as const, bootstrapServers: '', topic: 'orders' },
  records: [],
  custom: { attempt: 1, retries: 0, fetchedAt: 0 },
  answer: true,
};
/** What an answer holds. */
export const answerOf = (outcome: Outcome): unknown => outcome.kind === 'answer' && JSON.parse(outcome.json ?? '');
