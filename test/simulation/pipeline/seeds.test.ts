import { test } from 'node:test';
import { seedsFrom } from '../fleet.ts';
import { pipelineFaults } from '../planted/pipelineFaults.ts';
import { areFound, holds, repeats } from '../runs.fixture.ts';

test('whatever befalls the pipeline and its engines, the audit finds every order whole in four runs', () =>
  holds('pipeline', seedsFrom(1, 4)));

test('a step whose event comes after those of later ones is not made again where Redis forgets it meanwhile', () =>
  holds('pipeline', [228]));

test('the audit reads the log also where all is over before a partition is led again', () =>
  holds('pipeline', [20000175]));

test('the same seed ends in the same orders, events, letters and faults', () => repeats('pipeline', 3, 2));

areFound(pipelineFaults, { O1: 3 }, 20);
