/** A plan is the same from the same seed, can be written down and read again, and befalls nothing twice at once. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { faults } from './faults.ts';
import { kills } from './kills.ts';
import { drawKills, drawPlan, faultNamed, happeningSchema, writeHappening } from './plan.ts';

describe('a plan', () => {
  test('is the same from the same seed, and another one from another', () => {
    assert.deepEqual(drawPlan(7, 600), drawPlan(7, 600));
    assert.notDeepEqual(drawPlan(7, 600), drawPlan(8, 600));
  });

  test('says what it will do in words that are read as the same', () => {
    const plan = drawPlan(3, 600);
    const words = plan.map(writeHappening);
    assert.deepEqual(
      words.map((word) => happeningSchema.parse(word)),
      plan,
    );
  });

  test('of many minutes holds every fault, alone and in pairs of two targets', () => {
    const plan = drawPlan(1, 20_000);
    assert.deepEqual(new Set(plan.map(({ name }) => name)), new Set(faults.map(({ name }) => name)));
    const together = [...Map.groupBy(plan, ({ at }) => at).values()];
    assert.deepEqual(new Set(together.map(({ length }) => length)), new Set([1, 2]));
    for (const pair of together) {
      assert.equal(new Set(pair.map(({ name }) => faultNamed(faults, name).target)).size, pair.length);
    }
  });

  test('of kills holds one every ten seconds, and in time every node and every process', () => {
    const plan = drawKills(1, 2000);
    assert.deepEqual(
      plan.map(({ at }) => at),
      plan.map((_, index) => 10 * (index + 1)),
    );
    assert.deepEqual(new Set(plan.map(({ name }) => name)), new Set(kills.map(({ name }) => name)));
    assert.deepEqual(happeningSchema.parse('kafka-1-kill@10+2'), { name: 'kafka-1-kill', at: 10, seconds: 2 });
  });

  test('takes a fault without its length for its longest, and says what it does not know', () => {
    const [{ name, most } = { name: '', most: 0 }] = faults;
    assert.deepEqual(happeningSchema.parse(`${name}@9`), { name, at: 9, seconds: most });
    const { error } = happeningSchema.safeParse('kafka-kil@9');
    assert.match(error?.issues[0]?.message ?? '', /"kafka-kil@9" is not like kafka-kill@10.*redis-freeze/);
  });
});
