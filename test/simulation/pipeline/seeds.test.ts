import { test } from 'node:test';
import { pipelineFaults } from '../planted/pipelineFaults.ts';
import { areFound, holds, repeats } from '../runs.fixture.ts';

test('whatever befalls the calls of functions and timers, the audit finds every order whole in ten runs', () =>
  holds('pipeline', 10));

test('the same seed ends in the same orders, events, letters and faults', () => repeats('pipeline', 3, 3));

areFound(pipelineFaults, ['O1', 'O10'], 20);
