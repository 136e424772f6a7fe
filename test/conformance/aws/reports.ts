import { DeleteMessageBatchCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Report } from './reporting.ts';

/** Somebody who waits for what is in the queue by now: it is empty, or was asked so often. */
type Waiting = { asked: number; resolve: () => void };

const [waitSeconds, oftenEnough] = [2, 10];

/** Reads what functions tell of themselves, until `end`. */
export class Reports {
  readonly #sqs: SQSClient;
  readonly #queue: string;
  readonly #hear: (report: Report) => void;
  readonly #waiting = new Set<Waiting>();
  /** SQS may hand a message on twice, or be told it twice by the SDK: each says when, and as which of its environment. */
  readonly #heard = new Set<string>();

  constructor(sqs: SQSClient, queue: string, hear: (report: Report) => void) {
    this.#sqs = sqs;
    this.#queue = queue;
    this.#hear = hear;
  }

  /** Resolves when all was heard that had been told before. */
  caughtUp(): Promise<void> {
    return new Promise((resolve) => this.#waiting.add({ asked: 0, resolve }));
  }

  async listen(end: AbortSignal): Promise<void> {
    while (!end.aborted) {
      const before = [...this.#waiting];
      const isEmpty = await this.#receive(end);
      for (const one of before) {
        one.asked++;
        if (!isEmpty && one.asked < oftenEnough) continue;
        this.#waiting.delete(one);
        one.resolve();
      }
    }
  }

  async #receive(end: AbortSignal): Promise<boolean> {
    const QueueUrl = this.#queue;
    const receive = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: waitSeconds });
    const got = await this.#sqs.send(receive, { abortSignal: end }).catch((error) => {
      if (!end.aborted) throw error;
    });
    const messages = got?.Messages ?? [];
    for (const body of messages.map(({ Body }) => `${Body}`)) {
      if (this.#heard.has(body)) continue;
      this.#heard.add(body);
      this.#hear(JSON.parse(body) as Report);
    }
    const Entries = messages.map(({ ReceiptHandle }, index) => ({ Id: `${index}`, ReceiptHandle }));
    if (Entries.length > 0) await this.#sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    return messages.length === 0;
  }
}
