import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Post, postSchema } from '../../../functions/messages/message.ts';
import { posts } from './posts.ts';
import type { Tracking } from './tracking.ts';
import { tracker } from './tracking.ts';

const all: Tracking = { track: [], languages: [] };
const noon = () => 1_790_000_000_000;

function take(count: number, seed: number, tracking = all): Post[] {
  const made = posts(seed, tracking, noon);
  return Array.from({ length: count }, () => postSchema.parse(JSON.parse(made.next().value.value)));
}

test('the same seed makes the same posts, another seed others', () => {
  assert.deepEqual(take(500, 1), take(500, 1));
  assert.notDeepEqual(take(500, 1), take(500, 2));
});

test('every post is a raw post with an id of its own', () => {
  const made = take(5000, 3);

  assert.equal(new Set(made.map(({ id }) => id)).size, 5000);
});

test('posts are Spanish and English, of uneven length, with hashtags, mentions, emoji and links', () => {
  const made = take(2000, 4);
  const share = (pattern: RegExp): number => made.filter(({ text }) => pattern.test(text)).length / made.length;
  const spanish = made.filter(({ lang }) => lang === 'es').length / made.length;
  const lengths = made.map(({ text }) => text.length);

  assert.ok(spanish > 0.5 && spanish < 0.7, `${spanish}`);
  for (const [pattern, least] of [
    [/#\S/, 0.3],
    [/@\w/, 0.2],
    [/\p{Extended_Pictographic}|\p{RI}/u, 0.2],
    [/https:/, 0.05],
  ] as const) {
    assert.ok(share(pattern) > least, `${pattern}: ${share(pattern)}`);
  }
  assert.ok(Math.max(...lengths) > 4 * Math.min(...lengths));
});

test('now and then most posts are about one subject', () => {
  const made = take(20_000, 5);
  const about = (word: string, from: number): number =>
    made.slice(from, from + 200).filter(({ text }) => text.includes(word)).length / 200;
  const starts = Array.from({ length: 100 }, (_, index) => index * 200);
  const shares = starts.map((from) => about('Santiago', from));

  assert.ok(Math.max(...shares) > 0.4, 'no burst');
  assert.ok(Math.min(...shares) < 0.2, 'always the same');
});

test('tracked words are in every post, and only the languages asked for', () => {
  const tracking = { track: ['Ñuñoa', 'Fútbol'], languages: ['en'] };
  const made = take(300, 6, tracking);

  assert.ok(made.every(tracker(tracking)));
});

test('words are tracked whatever their case and accents, languages with their regions', () => {
  const wanted = tracker({ track: ['Fútbol'], languages: ['es'] });

  assert.ok(wanted({ text: 'Hoy FUTBOL en el estadio', lang: 'es-CL' }));
  assert.ok(!wanted({ text: 'Hoy fútbol', lang: 'est' }));
  assert.ok(!wanted({ text: 'Hoy tenis', lang: 'es' }));
});
