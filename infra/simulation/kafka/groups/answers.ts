import { throttleTime } from '../wire/api.ts';
import { errorCode } from '../wire/errors.ts';
import type { JoinAnswer, SyncAnswer } from './member.ts';

export const noBytes: Buffer = Buffer.alloc(0);

export const refuseJoin = (memberId: string, error: string): JoinAnswer => ({
  throttleTime,
  errorCode: errorCode(error),
  generationId: -1,
  protocol: '',
  leaderId: '',
  memberId,
  members: [],
});

export const syncAnswer = (error: string, assignment = noBytes): SyncAnswer => {
  return { throttleTime, errorCode: errorCode(error), assignment };
};
