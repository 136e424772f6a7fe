/**
 * What must not be read by whoever sees a screen, a log or a dead letter: the login in an address, and a person's
 * e-mail address. Both are found in any text, since an engine's or a mail server's words may quote them.
 */

/** What stands between `//` and the last `@` before a path, as in redis://user:password@host. */
const login = /:\/\/[^\s/?#]{0,512}@/g;
/** Begins where a word begins, so that a long text costs no more than its length. A domain ends with letters, unlike a version. */
const email =
  /(?<![^\s@<>"'(),:;[\]\\])[^\s@<>"'(),:;[\]\\]+@[^\s@<>"'(),:;[\]\\/]{1,255}?\.\p{L}[\p{L}\p{N}-]{1,62}/gu;

/** The text without logins and e-mail addresses. */
export function redact(text: string): string {
  // Most lines have none.
  return text.includes('@') ? text.replace(login, '://').replace(email, '(e-mail address)') : text;
}

/** The same error, its message, stack, causes and parts redacted: for whoever logs or keeps it. */
export function redactError(error: unknown, done = new Set<unknown>()): unknown {
  if (!(error instanceof Error)) return typeof error === 'string' ? redact(error) : error;
  if (done.has(error)) return error;
  done.add(error);
  error.message = redact(error.message);
  if (error.stack) error.stack = redact(error.stack);
  if (error.cause) error.cause = redactError(error.cause, done);
  if (error instanceof AggregateError) error.errors = error.errors.map((one) => redactError(one, done));
  return error;
}

type Write = (chunk: Uint8Array | string, ...others: never[]) => boolean;

/** From now on, whatever this process writes to its terminal or log is redacted, whoever writes it. */
export function redactOutput(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream) as Write;
    const redacted: Write = (chunk, ...others) => {
      if (typeof chunk === 'string') return write(redact(chunk), ...others);
      return write(chunk.includes(at) ? Buffer.from(redact(Buffer.from(chunk).toString())) : chunk, ...others);
    };
    stream.write = redacted as typeof stream.write;
  }
}

const at = '@'.charCodeAt(0);
