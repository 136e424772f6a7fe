/** What a run would empty of an engine that somebody else runs, and that no run filled. */
import { kindNames, kinds } from '../../functions/messages/message.ts';
import { Mistake } from '../../infra/faults.ts';
import type { Inspection } from './stores/inspection.ts';

/** Every id that the lab gives to a message. */
const ours = new RegExp(`^(?:${kindNames.map((kind) => kinds[kind].topic).join('|')})-\\d+-\\d+(?:--?\\d+)?$`);

const refusal = (what: string): Mistake =>
  new Mistake(
    'flag',
    `${what}, and no run of the lab filled it: a run empties what it uses. ` +
      'Set DESPACHO_NAMESPACE to a name of its own, like lab., or have it emptied by --force',
  );

/** As PostgreSQL (42P01, no such table) and Ignite say it. */
const isMissing = (error: Error & { code?: unknown }): boolean =>
  error.code === '42P01' || /table .*not found/i.test(error.message);

/** @throws Mistake where the store holds a row that is no message of the lab, or something that has no such rows */
export async function refuseStrangers(inspection: Inspection, title: string): Promise<void> {
  const stranger = refusal(`${title} holds something by the name that the lab uses`);
  try {
    for await (const rows of inspection.rows()) if (rows.some(({ id }) => !ours.test(id))) throw stranger;
  } catch (error) {
    if (error instanceof Error && isMissing(error)) return;
    throw error === stranger ? error : Object.assign(stranger, { cause: error });
  }
}

/** @throws Mistake */
export function refuseTopic(topic: string): never {
  throw refusal(`Kafka's topic ${topic} holds records`);
}
