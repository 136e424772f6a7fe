/**
 * The one table of what can become of a message. The lab's flags, questions and reports, the console's form and the
 * dashboards' groups derive from it; a row with an `engine` is a store.
 */
import { namesOf } from '../../infra/namesOf.ts';
import type { Language } from '../orders/lifecycle.ts';

/** What a message can come to: a row of the table. */
type Target = Readonly<{
  /** Name of the function that gets the messages. */
  function: string;
  title: Readonly<Record<Language, string>>;
}>;
/** A target that keeps messages. */
type StoreTarget = Target &
  Readonly<{
    /** As `infra/engines` names it. */
    engine: string;
    /** Of its processes in plots: one that tells apart on light and dark and for the color-blind. */
    color: string;
    /** What on disk counts as a message's bytes. */
    room: Readonly<Record<Language, string>>;
  }>;

const table = { es: 'la tabla con su índice', en: 'the table with its index' };

const kept = {
  postgres: {
    function: 'savePostgres',
    title: { es: 'PostgreSQL', en: 'PostgreSQL' },
    engine: 'postgres',
    color: '#d55e00',
    room: table,
  },
  ignite: {
    function: 'saveIgnite',
    title: { es: 'Ignite', en: 'Ignite' },
    engine: 'ignite',
    color: '#cc3d8f',
    room: table,
  },
  redis: {
    function: 'saveRedis',
    title: { es: 'Redis', en: 'Redis' },
    engine: 'redis',
    color: '#e69f00',
    room: { es: 'su registro (AOF)', en: 'its log (AOF)' },
  },
} as const satisfies Record<string, StoreTarget>;

const passed = {
  none: { function: 'discard', title: { es: 'No se guardan', en: 'Kept nowhere' } },
  show: { function: 'show', title: { es: 'Se muestran', en: 'Shown' } },
} as const satisfies Record<string, Target>;

export type StoreName = keyof typeof kept;
/** As the field `despacho.lab.target` and a run's name hold it. */
export type TargetName = keyof typeof passed | StoreName;

/** The targets that keep messages, by their names. */
export const stores: Readonly<Record<StoreName, StoreTarget>> = kept;
/** All rows: those that keep no messages first, then the stores. */
export const targets: Readonly<Record<TargetName, Target>> = { ...passed, ...kept };

export const storeNames = namesOf(stores);
/** `none` and `show` first, then the stores: the order of the lab's menu and the console's form. */
export const targetNames = namesOf(targets);
/** What is done with messages that no store keeps. */
export const passedNames = namesOf(passed);

/** The store that a target is, if it is one. */
export const storeOf = (name: TargetName): StoreName | undefined => storeNames.find((store) => store === name);
