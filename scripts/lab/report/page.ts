import { cpus } from 'node:os';
import { join } from 'node:path';
import { html } from 'hono/html';
import { stores, targets } from '../../../functions/messages/targets.ts';
import { type Language, languages } from '../../../functions/orders/lifecycle.ts';
import type { Html } from '../../../functions/pages/html.ts';
import { systemClock } from '../../../infra/clock.ts';
import { cells, wholePage } from '../../wholePage.ts';
import { type Result, sumOfCpu } from '../record/result.ts';
import { bytesBars, cpuBars, timePlots } from './plots.ts';
import { numberText, type Words, words } from './words.ts';

/** Messages per second that the older implementation reached. */
const older = { shown: 53, stored: 179 } as const;

/** Where the results were made: what a reader needs to judge them. */
type Machine = Readonly<{ at: string; processor: string; cores: number }>;
/** `at` is now, as ISO 8601; `processor` is empty where the system does not name it. */
export const thisMachine = (): Machine => ({
  at: new Date(systemClock.now()).toISOString(),
  processor: cpus()[0]?.model.trim() ?? '',
  cores: cpus().length,
});

/** How many times the older implementation's rate; it stored posts and showed posts, and nothing else was measured. */
function againstOlder({ message, target, pace, consumed }: Result): string {
  if (message !== 'posts' || target === 'none') return '';
  if (target === 'show') return pace === 'live' ? `${Math.round(consumed.perSecond / older.shown)}×` : '';
  return pace === 'backlog' ? `${Math.round(consumed.perSecond / older.stored)}×` : '';
}

function table(results: readonly Result[], language: Language, say: Words): Html {
  const whole = (value: number): string => numberText(value, language);
  const head = [
    say.message,
    say.target,
    say.pace,
    say.count,
    say.produced,
    say.consumed,
    say.older,
    say.cpu,
    say.bytes,
    say.exact,
  ];
  const rows = results.map((result) =>
    cells('td', [
      say.kinds[result.message],
      targets[result.target].title[language],
      say.paces[result.pace],
      whole(result.count),
      whole(result.produced.perSecond),
      whole(result.consumed.perSecond),
      againstOlder(result),
      numberText(sumOfCpu(result), language, 3),
      result.bytesPerMessage === null ? '–' : whole(result.bytesPerMessage),
      result.proof.exact ? say.yes : html`<strong>${say.no}</strong>`,
    ]),
  );
  return html`<div class="wide"><table>${cells('th', head)}${rows}</table></div>`;
}

function promises(results: readonly Result[], language: Language, say: Words): Html | '' {
  const found = new Map<string, string>();
  for (const { target, promised } of results)
    if (promised) found.set(targets[target].title[language], promised[language]);
  if (found.size === 0) return '';
  const items = [...found].map(([name, sentence]) => html`<li><b>${name}</b>: ${sentence}.</li>`);
  return html`<h2>${say.promise}</h2><ul>${items}</ul>`;
}

/** What is counted as a message's bytes: a sentence for each store. */
const rooms = (language: Language): string =>
  Object.values(stores)
    .map(({ title, room }) => `${title[language]}: ${room[language]}.`)
    .join(' ');

function body(results: readonly Result[], machine: Machine, language: Language): Html {
  const say = words[language];
  const groups = [...Map.groupBy(results, ({ message, pace }) => `${say.kinds[message]}, ${say.paces[pace]}`)];
  const plots = groups.map(([name, group], index) => {
    return html`<section id="time-${index}-${language}"><h2>${name}</h2>${timePlots(group, language, say)}</section>`;
  });
  const [backlog] = [results.filter(({ pace }) => pace === 'backlog'), results].filter((list) => list.length > 0);
  const compared = backlog ?? results;
  return html`<main class="${language}" lang="${language}">
<h1>${say.title}</h1>
<p>${say.made} <code>npm run lab</code>, ${machine.at.slice(0, 16).replace('T', ' ')} UTC, ${say.on} ${machine.processor}, ${machine.cores} ${say.cores}.</p>
<section id="table-${language}">${table(results, language, say)}
<p>${say.exactAbout} ${say.olderAbout}</p>${promises(results, language, say)}</section>
<section id="cost-${language}"><h2>${say.cpuTitle}</h2>${cpuBars(compared, language, say)}
<h2>${say.bytesTitle}</h2>${bytesBars(compared, language, say)}<p>${rooms(language)} ${say.bytesAbout}</p></section>
${plots}
</main>`;
}

/** The report as one page, in Spanish and English: `#en` opens it in English, `#only=<id>` shows one section, for pictures. */
export function reportPage(results: readonly Result[], machine: Machine): Promise<string> {
  const both = html`<button type="button">${words.es.other}</button>
${languages.map((language) => body(results, machine, language))}`;
  const title = `despacho · ${words.es.title}`;
  return wholePage(join(import.meta.dirname, 'page'), { language: 'es', title, body: both });
}
