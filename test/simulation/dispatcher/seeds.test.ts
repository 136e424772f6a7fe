import { test } from 'node:test';
import { seedsFrom } from '../fleet.ts';
import { faults } from '../planted/faults.ts';
import { areFound, holds, repeats } from '../runs.fixture.ts';

test('whatever befalls Kafka, the functions and the dispatchers, no promise is broken in forty runs', () =>
  holds('dispatcher', seedsFrom(1, 40)));

test('the same seed tells the same story', () => repeats('dispatcher', 7, 5));

areFound(faults, ['C2', 'H4', 'H8', 'H10', 'M1', 'M8', 'retries'], 100);
