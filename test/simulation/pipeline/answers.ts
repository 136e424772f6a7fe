/** What engines answer when they do not do what they are asked, as their clients throw it. */
import type { MailFault } from '../../../functions/notifications/mailFault.ts';

type Answer = () => Error;

const plain =
  (message: string): Answer =>
  () =>
    new Error(message);

/** What a mail server does in place of taking a letter, at which command (`CONN` is its greeting), and whom that concerns. */
export type MailAnswer = Readonly<{
  at: 'CONN' | 'AUTH PLAIN' | 'MAIL FROM' | 'RCPT TO' | 'DATA';
  says: readonly [code: number, text: string] | 'hangs up' | 'is silent';
  concerns: MailFault['kind'];
}>;

const mailCodes = {
  CONN: 'EPROTOCOL',
  'AUTH PLAIN': 'EAUTH',
  'MAIL FROM': 'EENVELOPE',
  'RCPT TO': 'EENVELOPE',
  DATA: 'EMESSAGE',
} as const satisfies Record<MailAnswer['at'], string>;

/** As nodemailer tells of it. */
const smtp =
  ({ at, says }: MailAnswer): Answer =>
  () => {
    if (typeof says === 'string') {
      return Object.assign(new Error(says), {
        code: says === 'hangs up' ? 'ECONNECTION' : 'ETIMEDOUT',
        command: 'CONN',
      });
    }
    const [responseCode, text] = says;
    const response = `${responseCode} ${text}`;
    // Whatever it is said to, it ends the connection.
    const told =
      responseCode === 421 && at !== 'CONN'
        ? { code: 'ECONNECTION', command: 'CONN' }
        : { code: mailCodes[at], command: at };
    return Object.assign(new Error(response), { ...told, responseCode, response });
  };

/** Each passes. */
export const mailAnswers: readonly MailAnswer[] = [
  { at: 'CONN', says: 'hangs up', concerns: 'server' },
  { at: 'CONN', says: 'is silent', concerns: 'server' },
  { at: 'CONN', says: [421, '4.3.2 closing'], concerns: 'server' },
  { at: 'CONN', says: [554, '5.7.1 not from there'], concerns: 'server' },
  { at: 'AUTH PLAIN', says: [535, '5.7.8 bad credentials'], concerns: 'server' },
  { at: 'AUTH PLAIN', says: [454, '4.7.0 not now'], concerns: 'server' },
  { at: 'MAIL FROM', says: [530, '5.7.0 authentication required'], concerns: 'server' },
  { at: 'MAIL FROM', says: [451, '4.3.0 try again'], concerns: 'server' },
  { at: 'RCPT TO', says: [421, '4.7.0 too many connections'], concerns: 'server' },
  { at: 'RCPT TO', says: [450, '4.2.0 greylisted'], concerns: 'recipient' },
  { at: 'RCPT TO', says: [452, '4.2.2 mailbox full'], concerns: 'recipient' },
  { at: 'RCPT TO', says: [550, '5.7.1 blocked, see the list'], concerns: 'server' },
  { at: 'RCPT TO', says: 'hangs up', concerns: 'server' },
  { at: 'DATA', says: [451, '4.3.0 try again'], concerns: 'recipient' },
  { at: 'DATA', says: [552, '5.2.2 over quota'], concerns: 'recipient' },
  { at: 'DATA', says: 'hangs up', concerns: 'server' },
  { at: 'DATA', says: 'is silent', concerns: 'server' },
];

const elasticsearch = (statusCode: number, type: string): Answer => {
  return () => Object.assign(new Error(type), { name: 'ResponseError', statusCode });
};

/** Each passes. The first is an engine that is away. */
export const answers = {
  Kafka: [plain('connect ECONNREFUSED')],
  Redis: [
    plain('connect ECONNREFUSED'),
    plain('LOADING Redis is loading the dataset in memory'),
    plain("READONLY You can't write against a read only replica."),
    plain("OOM command not allowed when used memory > 'maxmemory'."),
  ],
  SMTP: [
    () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ESOCKET', command: 'CONN' }),
    ...mailAnswers.map(smtp),
  ],
  Elasticsearch: [
    plain('connect ECONNREFUSED'),
    elasticsearch(429, 'circuit_breaking_exception'),
    elasticsearch(503, 'no_master'),
    elasticsearch(401, 'security_exception'),
  ],
} as const satisfies Record<string, readonly Answer[]>;

export type EngineName = keyof typeof answers;
export const engineNames = Object.keys(answers) as EngineName[];

/** A recipient that there is not, and one whose server takes a letter only when it comes again. */
export const recipientAnswers = {
  gone: { at: 'RCPT TO', says: [550, '5.1.1 no such user'], concerns: 'final' },
  grey: { at: 'RCPT TO', says: [450, '4.7.1 greylisted'], concerns: 'recipient' },
} as const satisfies Record<string, MailAnswer>;
export const noRecipient = smtp(recipientAnswers.gone);
export const greylisted = smtp(recipientAnswers.grey);
