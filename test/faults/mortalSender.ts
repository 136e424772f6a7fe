import type { Settings } from '../../functions/settings.ts';
import { kafkaSender as real, type Sender } from '../../infra/gateway/sender.ts';
import { dieAfter } from './death.ts';

/** Dies when a call has been taken: before Kafka is asked, or when Kafka has it and the client has no answer yet. */
export function kafkaSender(settings: Pick<Settings, 'kafkaBrokers' | 'access' | 'namespace'>): Sender {
  const sender = real(settings);
  return {
    ...sender,
    async send(records) {
      dieAfter('gateway:call');
      await sender.send(records);
      dieAfter('gateway:record');
    },
  };
}
