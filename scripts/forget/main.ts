/** Removes a customer: `npm run forget -- <e-mail>`. */
import { z } from 'zod';
import { readSettings } from '../../functions/settings.ts';
import { emailAddress } from '../../functions/text.ts';
import { systemClock } from '../../infra/clock.ts';
import { readCommandLine } from '../../infra/commandLine.ts';
import { forget } from '../../infra/forget/forget.ts';
import { runMain } from '../../infra/runMain.ts';
import { forgottenText } from './text.ts';

const commandLine = {
  name: 'npm run forget --',
  about: `Removes a customer whose orders have ended: the orders from Redis, the letters from the inbox, and what
Elasticsearch's documents say of them (product, bank, card, payment gateway, region). Says until when Kafka keeps its
records, which cannot be removed singly: no rebuild brings any of it back.
Ends with 1 when something could not be asked; it can be run again.`,
  words: {
    email: z
      .string('The e-mail address of the customer is missing.')
      .refine((text) => emailAddress.safeParse(text).success, 'That is no e-mail address, like ana@example.com.')
      .pipe(emailAddress),
  },
  flags: {},
};

runMain(async () => {
  const { email } = readCommandLine(commandLine);
  const forgotten = await forget(readSettings(), email);
  console.log(forgottenText(forgotten, systemClock.now()));
  return forgotten.undone.length > 0 ? 1 : 0;
});
