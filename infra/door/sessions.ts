/** Who has come in through the door, and until when. */
import { randomBytes } from 'node:crypto';
import { digest } from '../access/secrets.ts';
import type { Clock } from '../clock.ts';
import type { Entry, People } from './people.ts';

/**
 * `name` is as the person gave it: the trail holds it. Ends at `until`, when nothing was asked for a while, or when the
 * person may no more come in the same way.
 */
export type Session = Entry & { readonly until: number; asked: number };

const hour = 3_600_000;
/** ms that a session lasts at most, and without being used. */
const longest = 12 * hour;
const idle = hour / 2;
/** Wrong passwords within a minute, of everybody together, after which no password is looked at until it is over. */
const mostWrong = 20;
const most = 1000;

/** In memory alone: a new start ends them all. */
export class Sessions {
  readonly #people: People;
  readonly #clock: Clock;
  readonly #sessions = new Map<string, Session>();
  #wrong = 0;
  #since = 0;

  constructor(people: People, clock: Clock) {
    this.#people = people;
    this.#clock = clock;
  }

  /** @returns what the browser shows from now on; undefined for a wrong password, or after too many of them */
  enter(name: string, password: string): string | undefined {
    const now = this.#clock.now();
    if (now - this.#since > 60_000) [this.#since, this.#wrong] = [now, 0];
    if (this.#wrong >= mostWrong) return undefined;
    const role = this.#people.roleOf(name, password);
    if (!role) {
      this.#wrong++;
      return undefined;
    }
    this.#forgetOld();
    const token = randomBytes(32).toString('base64url');
    this.#sessions.set(keyOf(token), { name, role, proof: digest(password), until: now + longest, asked: now });
    return token;
  }

  /** @param token what the browser shows @returns undefined once the session has ended */
  find(token: string): Session | undefined {
    const session = this.#sessions.get(keyOf(token));
    if (!session || !this.isOpen(session)) return undefined;
    session.asked = this.#clock.now();
    return session;
  }

  isOpen(session: Session): boolean {
    const now = this.#clock.now();
    return now < session.until && now < session.asked + idle && this.#people.knows(session);
  }

  leave(token: string): void {
    const session = this.#sessions.get(keyOf(token));
    if (session) session.asked = Number.NEGATIVE_INFINITY;
    this.#sessions.delete(keyOf(token));
  }

  #forgetOld(): void {
    for (const [key, session] of this.#sessions) if (!this.isOpen(session)) this.#sessions.delete(key);
    // A map keeps the order of insertion: the first is the oldest.
    for (const key of this.#sessions.keys()) {
      if (this.#sessions.size < most) break;
      this.#sessions.delete(key);
    }
  }
}

/** Whoever reads this memory has no token. */
const keyOf = (token: string): string => digest(token).toString('base64');
