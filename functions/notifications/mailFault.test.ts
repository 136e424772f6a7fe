import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type MailFault, mailFault } from './mailFault.ts';

const refusal = (responseCode: number, response: string, more = {}) =>
  Object.assign(new Error(response), { code: 'EENVELOPE', command: 'RCPT TO', responseCode, response, ...more });

const cases: readonly (readonly [title: string, error: Error, kind: MailFault['kind'], code: string])[] = [
  [
    'an address that does not exist',
    refusal(550, '550 5.1.1 ana@example.com: no such user'),
    'final',
    'SMTP 550 5.1.1',
  ],
  ['the same without an enhanced code', refusal(550, '550 unknown user'), 'final', 'SMTP 550'],
  ['a disabled mailbox', refusal(550, '550 5.2.1 disabled'), 'final', 'SMTP 550 5.2.1'],
  ['a letter that is too big', refusal(552, '552 5.3.4 too big'), 'final', 'SMTP 552 5.3.4'],
  ['a domain without mail', refusal(556, '556 5.1.10 null MX'), 'final', 'SMTP 556 5.1.10'],
  ['a recipient that is greylisted', refusal(451, '451 4.7.1 Greylisted'), 'recipient', 'SMTP 451 4.7.1'],
  ['a mailbox that is full for now', refusal(452, '452 4.2.2 full'), 'recipient', 'SMTP 452 4.2.2'],
  ['a mailbox over its quota', refusal(552, '552 5.2.2 over quota'), 'recipient', 'SMTP 552 5.2.2'],
  ['a quota without an enhanced code', refusal(552, '552 quota exceeded'), 'recipient', 'SMTP 552'],
  ['our daily quota', refusal(550, '550 5.4.5 Daily sending quota exceeded'), 'server', 'SMTP 550 5.4.5'],
  ['relaying denied', refusal(554, '554 5.7.1 Relay access denied'), 'server', 'SMTP 554 5.7.1'],
  ['a refusal without a reason', refusal(554, '554 Transaction failed'), 'server', 'SMTP 554'],
  ['a sender that is refused', refusal(550, '550 5.1.1 who?', { command: 'MAIL FROM' }), 'server', 'SMTP 550 5.1.1'],
  ['our address rejected', refusal(553, '553 5.1.8 sender'), 'server', 'SMTP 553 5.1.8'],
  [
    'a wrong password',
    refusal(535, '535 5.7.8 bad', { code: 'EAUTH', command: 'AUTH PLAIN' }),
    'server',
    'SMTP 535 5.7.8',
  ],
  ['a server that closes', refusal(421, '421 4.3.2 shutting down'), 'server', 'SMTP 421 4.3.2'],
  ['no server', Object.assign(new Error('refused'), { code: 'ECONNECTION' }), 'server', 'ECONNECTION'],
  ['no usable address', Object.assign(new Error('No recipients defined'), { code: 'EENVELOPE' }), 'final', 'EENVELOPE'],
];

for (const [title, error, kind, code] of cases) {
  test(`${title}: ${kind}, and no word of the server's is kept`, () => {
    assert.deepEqual(mailFault(error), { kind, code });
  });
}
