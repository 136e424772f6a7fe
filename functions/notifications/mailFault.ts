/**
 * What a mail server's refusal means for a letter, by its codes alone: its words may quote an address. The enhanced status
 * code (RFC 3463) says whom it concerns; the plain reply code is used where there is none.
 */

/**
 * `final`: this letter will never be taken. `recipient`: not now, because of who it is for. `server`: not now, because of the
 * mail server or of our account with it, which holds for every letter.
 */
export type MailFault = Readonly<{ kind: 'final' | 'recipient' | 'server'; code: string }>;

/** The parts of nodemailer's errors that are used. */
type Refusal = Readonly<{ code?: string; command?: string; responseCode?: number; response?: string }>;

/** Replies to a login and to a connection, whatever follows them. */
const aboutUs = new Set([421, 432, 454, 530, 534, 535, 538]);

/** By the enhanced code's subject and detail; the subject alone stands for its other details. */
const permanent: Readonly<Record<string, MailFault['kind']>> = {
  '1': 'final',
  // The sender's address, which is ours.
  '1.7': 'server',
  '1.8': 'server',
  '2': 'final',
  // A full mailbox may be emptied.
  '2.2': 'recipient',
  '3': 'server',
  '3.4': 'final',
  '4': 'server',
  '5': 'server',
  '6': 'final',
  '7': 'server',
};

/** Without an enhanced code. 552 is a quota; 554 says nothing, and is mostly policy. */
const plain: Readonly<Record<number, MailFault['kind']>> = {
  521: 'final',
  550: 'final',
  551: 'final',
  552: 'recipient',
  553: 'final',
  556: 'final',
};

/** What to do about a letter that could not be sent. */
export function mailFault(error: unknown): MailFault {
  const { code = 'no connection', command = '', responseCode, response = '' } = error as Refusal;
  // Nodemailer itself found no address to send to.
  if (responseCode === undefined) return { kind: code === 'EENVELOPE' ? 'final' : 'server', code };
  const [enhanced, kind, subject = '', detail = ''] = /\b([245])\.(\d{1,3})\.(\d{1,3})\b/.exec(response) ?? [];
  const told = { code: `SMTP ${[responseCode, enhanced].filter(Boolean).join(' ')}` };
  if (code === 'EAUTH' || aboutUs.has(responseCode) || command === 'MAIL FROM') return { kind: 'server', ...told };
  if (responseCode < 500) return { kind: 'recipient', ...told };
  if (kind !== '5') return { kind: plain[responseCode] ?? 'server', ...told };
  return { kind: permanent[`${subject}.${detail}`] ?? permanent[subject] ?? 'server', ...told };
}
