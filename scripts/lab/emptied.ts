import type { KindName } from '../../functions/messages/message.ts';
import type { LabSettings } from '../../functions/messages/settings.ts';
import { storeOf, stores, type TargetName } from '../../functions/messages/targets.ts';
import type { Settings } from '../../functions/settings.ts';
import type { Inspection } from './stores/inspection.ts';
import { inspections } from './stores/inspections.ts';
import { refuseStrangers } from './strangers.ts';
import { renewTopic } from './topics.ts';

type Emptied = Readonly<{
  kind: KindName;
  target: TargetName;
  settings: Settings;
  lab: LabSettings;
  /** Engines of which only what a run has filled is emptied. */
  spared: ReadonlySet<string>;
}>;

/**
 * Empties what a run uses: first everything is looked at, then something is emptied.
 * @returns the view into the store; undefined where nothing is kept
 * @throws Mistake where something is in the way that is to be spared
 */
export async function emptied({ kind, target, settings, lab, spared }: Emptied): Promise<Inspection | undefined> {
  const store = storeOf(target);
  const inspection = store && inspections[store](lab);
  try {
    if (store && inspection && spared.has(stores[store].engine)) {
      await refuseStrangers(inspection, stores[store].title.en);
    }
    await renewTopic(kind, settings, spared.has('kafka'));
    await inspection?.renew();
    return inspection;
  } catch (error) {
    await inspection?.close();
    throw error;
  }
}
