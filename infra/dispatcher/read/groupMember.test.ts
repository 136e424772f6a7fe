import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GroupMember } from './groupMember.ts';

const topics = [{ topic: 't', partitions: [{ partition: 0, offset: '5' }] }];

test('a commit goes once to the coordinator that was found last, as the member and in the generation accepted last', async () => {
  const asked: unknown[] = [];
  const coordinator = (name: string) => ({ offsetCommit: async (request: object) => asked.push({ name, ...request }) });
  const member = new GroupMember();
  const identity = (groupGenerationId: number) => ({ groupId: 'g', groupGenerationId, memberId: 'm' });
  member.found(coordinator('one') as never);
  member.accepted(identity(1));
  member.accepted(identity(2));
  member.found(coordinator('two') as never);
  await member.commit(topics);
  assert.deepEqual(asked, [{ name: 'two', ...identity(2), topics }]);
  assert.equal(member.generation, 2);
});

test('what nobody has committed is not taken for committed', async () => {
  const member = new GroupMember();
  await assert.rejects(member.commit(topics), /no member of its group yet/);
  const refusing = { offsetCommit: () => Promise.reject(new Error('ILLEGAL_GENERATION')) };
  member.found(refusing);
  await assert.rejects(member.commit(topics), /no member of its group yet/);
  member.accepted({ groupId: 'g', groupGenerationId: 1, memberId: 'm' });
  await assert.rejects(member.commit(topics), /ILLEGAL_GENERATION/);
});
