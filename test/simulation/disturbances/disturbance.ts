import type { ApiName } from '../../../infra/simulation/kafka/wire/apis.ts';

type Lost = 'request' | 'answer';
type InGroup = Readonly<{ group: string }>;
type InTopic = Readonly<{ topic: string }>;
type InPartition = InTopic & Readonly<{ partition: number }>;
/** `times` such requests in all, each of them by this chance. */
type OfRequests = Readonly<{ api: ApiName; times: number; chance: number }>;
type AtBroker = Readonly<{ broker: number }>;

/** What is done to a cluster, as data: it can be written down, left out and tried again. Times are ms. */
export type Deed =
  /** A broker that crashes and starts again after so long. */
  | (AtBroker & Readonly<{ kind: 'crash'; sign: 'reset' | 'closed'; lasts: number }>)
  | (AtBroker & Readonly<{ kind: 'freeze'; lasts: number }>)
  | (AtBroker & Readonly<{ kind: 'disconnect' }>)
  | (InPartition & Readonly<{ kind: 'moveLeader'; to: number }>)
  /** Nobody leads the partition for so long. */
  | (InPartition & Readonly<{ kind: 'noLeader'; lasts: number }>)
  | (InGroup & Readonly<{ kind: 'moveCoordinator'; to: number }>)
  | (OfRequests & Readonly<{ kind: 'error'; error: string }>)
  | (OfRequests & Readonly<{ kind: 'delay'; of: Lost; milliseconds: number }>)
  | (OfRequests & Readonly<{ kind: 'reset'; lost: Lost }>)
  | (OfRequests & Readonly<{ kind: 'silence'; lost: Lost }>)
  | (OfRequests & Readonly<{ kind: 'duplicate' }>)
  /** Another member joins, and is gone after so long: orderly, or not. */
  | (InGroup &
      Readonly<{ kind: 'otherMember'; topic: string; slowness: number; lasts: number; end: 'leave' | 'vanish' }>)
  | (InGroup & Readonly<{ kind: 'evict' }>)
  | (InGroup & Readonly<{ kind: 'reload'; members: 'kept' | 'lost' }>)
  | (InTopic & Readonly<{ kind: 'grow'; by: number }>)
  /** The topic is deleted, and made anew after so long, if nobody has by then. */
  | (InTopic & Readonly<{ kind: 'recreate'; after: number }>)
  /** So large a part of the log is lost from its end on: 0 to 1. */
  | (InPartition & Readonly<{ kind: 'truncate'; part: number }>)
  /** So large a part of the log is forgotten from its start on: 0 to 1. */
  | (InPartition & Readonly<{ kind: 'retention'; part: number }>)
  /** Every so manieth record goes; where it is 0, all but the last of each key. */
  | (InPartition & Readonly<{ kind: 'compact'; every: number; emptyBatches: 'stay' | 'go' }>)
  /** Somebody's transaction with so many records, open for so long. */
  | (InPartition & Readonly<{ kind: 'transaction'; records: number; lasts: number; commit: boolean }>);

/** @param at ms after the disturbances are let loose */
export type Disturbance = Readonly<{ at: number; deed: Deed }>;
export type Kind = Deed['kind'];

/** After these there are records that were and that a reader cannot get, or offsets that mean other records. */
export const lossyKinds: readonly Kind[] = ['recreate', 'truncate', 'retention', 'compact'];
