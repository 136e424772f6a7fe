/** What engines answer when they do not do what they are asked, as their clients throw it. */

type Answer = () => Error;

const plain =
  (message: string): Answer =>
  () =>
    new Error(message);

/** As nodemailer tells of it. */
const smtp = (responseCode: number, text: string, code: string, command = 'DATA'): Answer => {
  const response = `${responseCode} ${text}`;
  return () => Object.assign(new Error(response), { code, responseCode, response, command });
};

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
    () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNECTION', command: 'CONN' }),
    smtp(421, '4.3.2 closing', 'ECONNECTION', 'CONN'),
    smtp(421, '4.7.0 too many connections', 'EENVELOPE', 'RCPT TO'),
    smtp(450, '4.2.0 greylisted', 'EENVELOPE', 'RCPT TO'),
    smtp(451, '4.3.0 try again', 'EMESSAGE'),
    smtp(452, '4.2.2 mailbox full', 'EENVELOPE', 'RCPT TO'),
    smtp(535, '5.7.8 bad credentials', 'EAUTH', 'AUTH PLAIN'),
    smtp(530, '5.7.0 authentication required', 'EENVELOPE', 'MAIL FROM'),
    smtp(550, '5.7.1 blocked, see the list', 'EENVELOPE', 'RCPT TO'),
    smtp(552, '5.2.2 over quota', 'EMESSAGE'),
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

/** A recipient that there is not. */
export const noRecipient = smtp(550, '5.1.1 no such user', 'EENVELOPE', 'RCPT TO');
/** A recipient whose server takes a letter only when it comes again. */
export const greylisted = smtp(450, '4.7.1 greylisted', 'EENVELOPE', 'RCPT TO');
