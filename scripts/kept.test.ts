/** GUARANTEES.md tells of everything that is kept how long it is. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { answerKey, tokenKey, watchersKey } from '../functions/console/asks.ts';
import { kindNames, kinds } from '../functions/messages/message.ts';
import { indexNames } from '../functions/metrics/fields.ts';
import { alarmQueue, orderKeys } from '../functions/orders/keys.redis.ts';
import { topics } from '../functions/orders/topics.ts';

const document = readFileSync(join(import.meta.dirname, '../GUARANTEES.md'), 'utf8');
const [, section = ''] = /^## What is kept, and how long\n([\s\S]*?)^## /m.exec(document) ?? [];
const rows = section.split('\n').filter((line) => line.startsWith('| ') && !/^\| (where|---) /.test(line));

/** Whether a row of the table is about it: `<id>` stands for anything, `their .dead` for the dead letters beside. */
function isTold(where: string, name: string): boolean {
  const source = name.replace(/\.dead$/, '');
  return rows
    .filter((row) => row.startsWith(`| ${where} |`))
    .some((row) => {
      const named = [...row.matchAll(/`([^`]+)`/g)].map(([, text = '']) => {
        return new RegExp(`^${text.replaceAll('.', '\\.').replace(/<\w+>/, '[^.]+')}$`);
      });
      const isNamed = (one: string) => named.some((pattern) => pattern.test(one));
      return isNamed(name) || (name !== source && row.includes('their `.dead`') && isNamed(source));
    });
}

const { order, slot, slots, placed } = orderKeys('');
const things: Readonly<Record<string, readonly string[]>> = {
  Kafka: [...topics, ...kindNames.flatMap((name) => [kinds[name].topic, `${kinds[name].topic}.dead`])],
  Elasticsearch: indexNames,
  Redis: [
    ...[order('x'), slot(1), slots, placed(1), `${alarmQueue('').prefix}:alarms`],
    ...[answerKey('', 'x'), watchersKey(''), tokenKey('')],
  ],
};

for (const [where, names] of Object.entries(things)) {
  test(`how long ${where} keeps each thing is told`, () => {
    for (const name of names) assert.ok(isTold(where, name), `${where}: ${name}`);
  });
}

test('of every row it is told whether it is personal, and how long it is kept', () => {
  assert.ok(rows.length > 5);
  for (const row of rows) assert.ok(row.split(' | ').length === 4 && !/\|\s*\|/.test(row), row);
});
