import type { Request, Response } from '../wire/apis.ts';

export type JoinRequest = Request<'JoinGroup'>;
export type JoinAnswer = Response<'JoinGroup'>;
export type SyncAnswer = Response<'SyncGroup'>;

/** What is kept of a member when its coordinator is another broker. */
export type MemberState = Readonly<{
  id: string;
  clientId: string;
  /** ms */
  sessionTimeout: number;
  rebalanceTimeout: number;
  protocols: JoinRequest['protocols'];
  assignment: Buffer;
}>;

export type Member = { -readonly [K in keyof MemberState]: MemberState[K] } & {
  /** Answers a JoinGroup or SyncGroup that waits for the others. */
  joining: ((answer: JoinAnswer) => void) | undefined;
  syncing: ((answer: SyncAnswer) => void) | undefined;
  /** Ends the wait for its next heartbeat. */
  endSession: () => void;
};

export const memberOf = (state: MemberState): Member => ({
  ...state,
  joining: undefined,
  syncing: undefined,
  endSession: () => undefined,
});

export const stateOf = ({ id, clientId, sessionTimeout, rebalanceTimeout, protocols, assignment }: Member) => ({
  id,
  clientId,
  sessionTimeout,
  rebalanceTimeout,
  protocols,
  assignment,
});

export const sameProtocols = (member: MemberState, protocols: JoinRequest['protocols']): boolean =>
  member.protocols.length === protocols.length &&
  member.protocols.every(({ name, metadata }, index) => {
    const other = protocols[index];
    return other?.name === name && metadata.equals(other.metadata);
  });
