import { at } from '../../../infra/at.ts';
import { Mistake } from '../../../infra/faults.ts';
import { newRandom, type Random } from '../../load/random.ts';
import type { Produced } from './source.ts';
import type { Tracking } from './tracking.ts';
import { author, authors, details, emoji, openings, type PostLanguage, postLanguages, subjects } from './vocabulary.ts';

/** A subject that everybody posts about for a while, as a share of all posts. */
const burst = { share: 0.6, leastPosts: 300, mostPosts: 3000, quietPosts: 2000 };

/** A few authors write much: the first percent of them a third of all posts. */
const authorSkew = 4;

const shape = { spanish: 0.6, hashtag: 0.4, mention: 0.3, emoji: 0.35, link: 0.1, mostDetails: 4 };

type Trend = { subject: number; until: number };

/** Draws which subject is everybody's for the next posts; -1 when there is none. */
function nextTrend(random: Random, now: number, quiet: boolean): Trend {
  if (quiet) return { subject: -1, until: now + random.below(burst.quietPosts) };
  const length = burst.leastPosts + random.below(burst.mostPosts - burst.leastPosts);
  return { subject: random.below(1000), until: now + length };
}

function compose(language: PostLanguage, subject: string, random: Random): string {
  const parts = [random.pick(openings[language]).replace('{s}', subject)];
  const [list, first] = [details[language], random.below(details[language].length)];
  // Steps of 3 through a list of 10 meet no element twice.
  for (let part = random.below(shape.mostDetails); part > 0; part--) {
    parts.push(at(list, (first + 3 * part) % list.length));
  }
  if (random.fraction() < shape.mention) parts.push(`@${author(random.below(authors)).screen_name}`);
  if (random.fraction() < shape.hashtag) parts.push(`#${subject.replaceAll(' ', '')}`);
  if (random.fraction() < shape.emoji) parts.push(random.pick(emoji));
  if (random.fraction() < shape.link) parts.push(`https://example.com/${random.below(1e6).toString(36)}`);
  return parts.join(' ');
}

/**
 * Made-up posts for ever: Spanish and English, of uneven length, with mentions, hashtags, emoji and links, and now
 * and then a subject that most of them are about. The same seed gives the same posts, but for their moments and ids.
 * @param clock ms since 1970
 */
export function* posts(
  seed: number,
  { track, languages: wanted }: Tracking,
  clock: () => number,
): Generator<Produced, never> {
  const random = newRandom(seed);
  const spoken = postLanguages.filter((language) => wanted.length === 0 || wanted.includes(language));
  if (spoken.length === 0) throw new Mistake('flag', `no language to post in: ${wanted.join(', ')}`);
  let trend = nextTrend(random, 0, true);
  for (let number = 0; ; number++) {
    if (number >= trend.until) trend = nextTrend(random, number, trend.subject !== -1);
    const language = spoken.length > 1 && random.fraction() >= shape.spanish ? 'en' : at(spoken, 0);
    const list = track.length > 0 ? track : subjects[language];
    const draw = trend.subject !== -1 && random.fraction() < burst.share ? trend.subject : random.below(1000);
    const user = author(Math.floor(authors * random.fraction() ** authorSkew));
    const text = compose(language, at(list, draw % list.length), random);
    yield { key: user.screen_name, value: write(stamp(number, clock()), language, text, user) };
  }
}

let lastMoment = { at: 0, text: '' };

/** A post's own id and its moment. */
function stamp(number: number, at: number): string {
  if (at !== lastMoment.at) lastMoment = { at, text: new Date(at).toISOString() };
  const id = `${at}${String(number % 1_000_000).padStart(6, '0')}`;
  return `"id":"${id}","created_at":"${lastMoment.text}"`;
}

/** Only the text needs escaping; writing the rest by hand, and each millisecond once, halves the time of a post. */
function write(stamp: string, lang: string, text: string, user: ReturnType<typeof author>): string {
  const who = `{"screen_name":"${user.screen_name}","name":"${user.name}"}`;
  return `{${stamp},"lang":"${lang}","text":${JSON.stringify(text)},"user":${who}}`;
}
