/** What is kept of a run: everything that a person needs to find out why it was not clean; the engines are gone afterwards. */
import { tellStory } from '../../functions/console/story/tellStory.ts';
import { masked } from '../../functions/masked.ts';
import type { Settings } from '../../functions/settings.ts';
import { redact } from '../../infra/redact.ts';
import { storyText } from '../../scripts/order/text.ts';

/**
 * The stories of these orders, without their customers, and what the systems have said.
 * @param said without logins and e-mail addresses, whoever's words are quoted in it
 */
export async function tracesOf(settings: Settings, orderIds: readonly string[], said: string): Promise<string> {
  const stories = await Promise.all(
    orderIds.map((id) => tellStory(settings, id).then((story) => storyText(masked(story), settings.language), String)),
  );
  return redact([...stories, said].join('\n\n'));
}
