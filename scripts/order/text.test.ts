import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isPlain } from '../../functions/text.ts';
import { storyText } from './text.ts';

test('a story steers no terminal, whatever its records hold', () => {
  const steering = '\u001b]0;owned\u0007\u001b[2J\u202e';
  const story = storyText(
    {
      orderId: `1${steering}`,
      order: null,
      records: [],
      history: [],
      entries: [{ at: 1, source: 'Kafka', kind: 'dead letter', facts: { reason: steering } }],
      missing: [{ source: 'Redis', reason: steering }],
    },
    'en',
  );
  for (const line of story.split('\n')) assert.ok(isPlain(line), JSON.stringify(line));
});
