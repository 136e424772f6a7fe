/** What alarms are held to, of BullMQ and of the store that stands for it in the simulation: the same tests. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, describe, test } from 'node:test';
import { bullmqAlarms } from '../../../functions/orders/alarms.bullmq.ts';
import type { Alarms } from '../../../functions/orders/ports.ts';
import { opensAt, slotOf } from '../../../functions/orders/timerSlots.ts';
import { readSettings } from '../../../functions/settings.ts';
import { systemClock } from '../../../infra/clock.ts';
import { removeKeys } from '../../../infra/system/namespace.ts';
import { hearAlarms } from '../../../infra/timers/alarms.bullmq.ts';
import { alarmsIn } from './ports.ts';
import { Store } from './store.ts';
import type { Surroundings } from './system.ts';

const settings = { ...readSettings(), namespace: `alarms-${randomUUID().slice(0, 6)}.` };
const width = settings.timerSlot;

/** Calls `ring` from now on. @returns what ends that */
type Hear = (ring: (slot: number) => void) => Promise<() => Promise<void>>;
/** `forget`: what Redis holds is gone. */
type Place = Readonly<{ alarms: Alarms; hear: Hear; forget(): Promise<void> }>;

function ofBullmq(): Place {
  const alarms = bullmqAlarms(settings);
  after(() => removeKeys(settings).finally(() => alarms.close()));
  return {
    alarms,
    async hear(ring) {
      const heard = { ring: async (slot: number) => ring(slot), failed: () => undefined };
      const hearing = await hearAlarms(settings, heard);
      return () => hearing.close().finally(() => hearing.disconnect());
    },
    forget: () => removeKeys(settings),
  };
}

function inMemory(): Place {
  const store = new Store(width);
  const calls = { call: async (_: unknown, deed: () => unknown) => deed() };
  const of = { calls, process: { clock: systemClock }, system: { store } } as unknown as Surroundings;
  return {
    alarms: alarmsIn(of),
    async hear(ring) {
      let listens = true;
      store.hear((slot) => {
        if (listens) ring(slot);
        return listens;
      });
      return async () => {
        listens = false;
      };
    },
    forget: async () => store.forget(Number.POSITIVE_INFINITY),
  };
}

/** The slot that opens in so many ms. */
const slotIn = (ms: number): number => slotOf(Date.now() + ms + 100 + width, width);

for (const [where, open] of Object.entries({ 'of BullMQ': ofBullmq, 'in memory': inMemory })) {
  describe(`alarms ${where}`, () => {
    const { alarms, hear, forget } = open();
    let deaf: () => Promise<void> = async () => undefined;
    afterEach(() => deaf());
    /** Listens from now on. `heard` resolves with the slots that rang, and when, once they are so many. */
    async function listen() {
      const rang: { slot: number; at: number }[] = [];
      let onRing = () => {};
      deaf = await hear((slot) => {
        rang.push({ slot, at: Date.now() });
        onRing();
      });
      const heard = (count: number) =>
        new Promise<typeof rang>((resolve) => {
          onRing = () => rang.length >= count && resolve(rang);
          onRing();
        });
      return { heard };
    }

    test('each rings when its slot opens, and at once where that is over', async () => {
      const { heard } = await listen();
      const slots = [slotIn(400), slotIn(-60_000), slotIn(200)] as const;
      await alarms.set(slots);
      const rang = await heard(3);
      assert.deepEqual(
        rang.map(({ slot }) => slot),
        [slots[1], slots[2], slots[0]],
      );
      for (const { slot, at } of rang)
        assert.ok(at >= opensAt(slot, width) - 1, `${opensAt(slot, width) - at} ms early`);
    });

    test('a slot that needs a second one gets it', async () => {
      const { heard } = await listen();
      const slot = slotIn(100);
      await alarms.set([slot]);
      await alarms.set([slot]);
      assert.deepEqual(
        (await heard(2)).map((one) => one.slot),
        [slot, slot],
      );
    });

    test('one that rings while nobody listens is heard by whoever listens next', async () => {
      const slot = slotIn(-1000);
      await alarms.set([slot]);
      const { heard } = await listen();
      assert.deepEqual(
        (await heard(1)).map((one) => one.slot),
        [slot],
      );
    });

    test('what Redis forgets does not ring, and what is set after that does', async () => {
      const forgotten = slotIn(300);
      await alarms.set([forgotten]);
      // Nobody listens: it waits there, however long this takes.
      await forget();
      const { heard } = await listen();
      await forget();
      const slot = forgotten + width;
      await alarms.set([slot]);
      assert.deepEqual(
        (await heard(1)).map((one) => one.slot),
        [slot],
      );
    });
  });
}
