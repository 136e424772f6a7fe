import { join } from 'node:path';
import { Child } from '../../../infra/processes/child.ts';
import type { News, Order } from './talk.ts';

/** Variables for the processes of a run: where its engines are, and what it was told. */
export type RunEnvironment = Readonly<Record<string, string>>;

/** The parent's end of a process of the lab. */
export class LabChild extends Child<Order, News> {
  /** The latest count that it told. */
  messages = 0;

  constructor(name: 'producer' | 'consumer' | 'screen', environment: RunEnvironment, log: (text: string) => void) {
    super(join(import.meta.dirname, `${name}.ts`), {
      title: `The ${name}`,
      environment,
      // A batch holds thousands of messages that are garbage a moment later: with room for them, none is copied before.
      execArgv: ['--max-semi-space-size=64'],
    });
    this.on('log', ({ text }) => log(`${name}: ${text}`));
    this.on('progress', ({ messages }) => this.#count(messages));
    this.on('consumed', ({ messages }) => this.#count(messages));
    this.on('produced', ({ production }) => this.#count(production.sent));
  }

  #count(messages: number): void {
    this.messages = messages;
  }
}

/** Lets a process of the lab finish what is under way. */
export const end = (child: LabChild): Promise<void> => child.stop({ kind: 'stop' });
