import { test } from 'node:test';
import { seedsFrom } from '../fleet.ts';
import { faults } from '../planted/faults.ts';
import { areFound, holds, repeats } from '../runs.fixture.ts';

test('whatever befalls Kafka, the functions and the dispatchers, no promise is broken in a hundred runs', () =>
  holds('dispatcher', seedsFrom(1, 100)));

test('the same seed tells the same story', () => repeats('dispatcher', 7, 5));

areFound(faults, { C2: 5, H4: 1, H8: 27, H10: 1, M1: 4, M8: 24, retries: 1 }, 100);
