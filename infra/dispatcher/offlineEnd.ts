import { type EndAsked, endRequest } from '../endRequest.ts';
import type { Logger } from './stats.ts';

/**
 * How `serverless offline start` ends. serverless-offline listens for signals only once everything has started, and stays
 * alive when a start fails: until it listens, this ends the process; after a second signal too.
 */
export class OfflineEnd {
  readonly #within: number;
  readonly #log: Logger;
  readonly #takeDown: () => Promise<void>;
  #asked: AbortSignal | undefined;
  #listened = false;

  /**
   * @param within milliseconds for an orderly end
   * @param takeDown ends what has been started, also while it is still starting
   */
  constructor(within: number, log: Logger, takeDown: () => Promise<void>) {
    this.#within = within;
    this.#log = log;
    this.#takeDown = takeDown;
  }

  /** Does a step of the start, which the signal gives up. It returns only if that went well: a start that fails ends the process. */
  async start(step: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const asked = this.#listen();
    try {
      await step(asked);
    } catch (error) {
      if (!asked.aborted) await this.#exit(1, error instanceof Error ? error.message : String(error));
    }
    // Whoever was asked to end is ending: nothing of serverless-offline's is started any more.
    if (asked.aborted) await new Promise(() => undefined);
  }

  /** From here on serverless-offline ends the process when it is told to. */
  started(): void {
    this.#listened = true;
  }

  #listen(): AbortSignal {
    if (this.#asked) return this.#asked;
    const asked = endRequest(this.#within);
    asked.addEventListener('abort', () => {
      const { code, message, asked: name } = asked.reason as EndAsked;
      if (!this.#listened) void this.#exit(code, message);
      // It knows nothing of terminals that close.
      else if (name === 'SIGHUP') process.emit('SIGTERM');
    });
    this.#asked = asked;
    return asked;
  }

  async #exit(code: number, reason: string): Promise<void> {
    this.#log[code === 1 ? 'error' : 'info'](reason);
    await this.#takeDown().catch((error) => this.#log.error(`it did not end well: ${error}`));
    process.exit(code);
  }
}
