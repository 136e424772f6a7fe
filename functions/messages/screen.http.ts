import { systemClock, withDeadline } from '../../infra/clock.ts';
import { messageId } from './message.ts';
import type { Screen } from './ports.ts';
import type { LabSettings } from './settings.ts';

/** ms; the screen answers as soon as it has the batch, whether or not anybody looks. */
const patience = 15_000;

/** One POST a batch to the screen's server. */
export function httpScreen({ screenUrl }: Pick<LabSettings, 'screenUrl'>): Screen {
  const url = new URL('/messages', screenUrl);
  return {
    async show(messages) {
      if (messages.length === 0) return;
      const body = JSON.stringify(messages.map((message) => ({ id: messageId(message), ...message })));
      const headers = { 'content-type': 'application/json' };
      const post = async (signal: AbortSignal): Promise<Response> => {
        const response = await fetch(url, { method: 'POST', body, headers, signal });
        await response.arrayBuffer();
        return response;
      };
      const { ok, status } = await withDeadline(systemClock, patience, post).catch((error) => {
        throw new Error(`No screen answers at ${screenUrl}: start it with "npm run lab -- show"`, { cause: error });
      });
      if (!ok) throw new Error(`The screen at ${screenUrl} refused ${messages.length} messages (${status})`);
    },
  };
}
