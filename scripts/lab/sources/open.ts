import type { KindName } from '../../../functions/messages/message.ts';
import { systemClock } from '../../../infra/clock.ts';
import { Mistake } from '../../../infra/faults.ts';
import { fileMessages } from './file.ts';
import { jetstream, publicJetstream } from './jetstream.ts';
import { posts } from './posts.ts';
import type { Produced, Source } from './source.ts';
import type { Tracking } from './tracking.ts';
import { filteredStream, publicX } from './x.ts';

/** `source` as `--source` takes it. `seed` is of made-up posts, and of the moments where there is a rate. */
export type SourceOptions = Tracking & Readonly<{ kind: KindName; source: string; seed: number }>;

/** What `--source` can be; another address of a live stream comes from its variable. */
export const sources = {
  synthetic: 'made up from the seed',
  'file:<path>': 'a file with one JSON object a line',
  jetstream: "Bluesky's public stream, without an account (JETSTREAM_URL: another server)",
  x: "X's filtered stream, with the token in X_BEARER_TOKEN (X_API_URL: another server)",
} as const;

/** 0, 1, 2 … for ever. */
function* counter(): Generator<Produced, never> {
  for (let number = 0; ; number++) yield { key: String(number), value: `{"number":${number}}` };
}

/** @throws Mistake that names what is wrong with the source */
export function openSource(options: SourceOptions, log: (text: string) => void): Source {
  const { kind, source, seed } = options;
  const file = /^file:(.+)$/.exec(source)?.[1];
  if (file !== undefined) return { kind: 'pulled', messages: fileMessages(file, kind, options) };
  if (source === 'synthetic') {
    return { kind: 'pulled', messages: kind === 'counter' ? counter() : posts(seed, options, systemClock.now) };
  }
  if (kind === 'counter')
    throw new Mistake('flag', `--source ${source} brings posts: counters are synthetic or from a file`);
  if (source === 'jetstream') return jetstream(options, { url: process.env.JETSTREAM_URL ?? publicJetstream, log });
  if (source === 'x') {
    return filteredStream(options, { token: process.env.X_BEARER_TOKEN, url: process.env.X_API_URL ?? publicX, log });
  }
  throw new Mistake('flag', `--source ${source} is none of ${Object.keys(sources).join(', ')}`);
}
