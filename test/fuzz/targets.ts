/** What takes something from outside. Each either takes an input or refuses it in its own words, and does nothing else. */
import type { Target } from './target.ts';
import { dispatcher } from './targets/dispatcher.ts';
import { files } from './targets/files.ts';
import { gateway } from './targets/gateway.ts';
import { records } from './targets/records.ts';
import { surroundings } from './targets/surroundings.ts';
import { http, mail } from './targets/web.ts';

export const targets: readonly Target[] = [
  ...gateway,
  ...records,
  ...http,
  ...mail,
  ...files,
  ...dispatcher,
  ...surroundings,
];
