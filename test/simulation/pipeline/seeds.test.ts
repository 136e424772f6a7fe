import { test } from 'node:test';
import { pipelineFaults } from '../planted/pipelineFaults.ts';
import { areFound, holds, repeats } from '../runs.fixture.ts';

test('whatever befalls the pipeline and its engines, the audit finds every order whole in four runs', () =>
  holds('pipeline', 4));

test('the same seed ends in the same orders, events, letters and faults', () => repeats('pipeline', 3, 2));

areFound(pipelineFaults, ['O1'], 20);
