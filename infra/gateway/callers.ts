/** Who calls, what each may do, and how much of it. */
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { z } from 'zod';
import type { Order } from '../../functions/orders/records.ts';
import { plainText } from '../../functions/text.ts';
import { isLoopback } from '../access/loopback.ts';
import { readPrivate } from '../access/privateFile.ts';
import { Renewed } from '../access/renewed.ts';
import { digest } from '../access/secrets.ts';
import { at } from '../at.ts';
import type { Clock } from '../clock.ts';
import { Mistake } from '../faults.ts';
import { splitHostPort } from '../http/splitHostPort.ts';
import { Recipients } from './recipients.ts';
import { Refusal } from './refusal.ts';

/**
 * `place` orders and cancel one's own; `read` one's own; `operate` on anybody's; `load` may name a run and its clock, is held
 * to no rate and no number, and may ask what can be called.
 */
export const roles = ['place', 'read', 'operate', 'load'] as const;
export type Role = (typeof roles)[number];

const entry = z.strictObject({
  name: plainText(64).min(1),
  key: z.string().min(32, 'has at least 32 characters').optional(),
  certificate: z.string().min(1).optional(),
  roles: z.array(z.enum(roles, `is one of ${roles.join(', ')}`)).min(1),
  ordersPerSecond: z.number().positive().default(100),
  /** In an hour, for one e-mail address, which gets a letter for each step of each. */
  ordersPerRecipient: z.number().int().positive().default(20),
});
const entries = z
  .array(entry.refine(({ key, certificate }) => !key !== !certificate, 'has a key or a certificate'))
  .min(1);

/** Streams of orders that one caller may have open. */
const mostStreams = 8;

type Share = Readonly<{ perSecond: number; perRecipient: number }>;
const endless = { perSecond: Number.POSITIVE_INFINITY, perRecipient: Number.POSITIVE_INFINITY };

/** One of those who may call. An order that nobody owns has been placed where nobody has a name: on this machine. */
export class Caller {
  /** Empty for whoever calls where no names are given. */
  readonly name: string;
  #roles: ReadonlySet<Role> = new Set();
  #rate = 0;
  #mostToOne = 0;
  readonly #recipients = new Recipients();
  #left = Number.POSITIVE_INFINITY;
  #at = 0;
  #streams = 0;

  /** `perSecond` orders, of which as many may come at once, and `perRecipient` in an hour for one e-mail address. */
  constructor(name: string, given: readonly Role[], share: Share) {
    this.name = name;
    this.renew(given, share);
  }

  /** What it may from now on; what it has used of that stays counted. */
  renew(given: readonly Role[], { perSecond, perRecipient }: Share): void {
    this.#roles = new Set(given);
    const isBound = !this.may('load');
    this.#rate = isBound ? perSecond : Number.POSITIVE_INFINITY;
    this.#left = isBound ? Math.min(this.#left, Math.max(this.#rate, 1)) : Number.POSITIVE_INFINITY;
    this.#mostToOne = isBound ? perRecipient : Number.POSITIVE_INFINITY;
  }

  may(role: Role): boolean {
    return this.#roles.has(role);
  }

  /** Whether an order is this caller's to see. */
  owns(owner = ''): boolean {
    return owner === this.name || this.may('operate');
  }

  /** @throws Refusal RESOURCE_EXHAUSTED when it places more than its share */
  place(clock: Clock): void {
    const now = clock.monotonic();
    if (this.#rate !== Number.POSITIVE_INFINITY) {
      this.#left = Math.min(Math.max(this.#rate, 1), this.#left + ((now - this.#at) / 1000) * this.#rate);
      this.#at = now;
    }
    if (this.#left < 1) throw new Refusal('full', `you may place ${this.#rate} orders a second`);
    this.#left--;
  }

  /**
   * Before an order that has the shop write to somebody.
   * @returns what gives that share back
   * @throws Refusal RESOURCE_EXHAUSTED when it is more than its share
   */
  writeTo({ email, orderId }: Pick<Order, 'email' | 'orderId'>, clock: Clock): () => void {
    const giveBack = this.#recipients.take(email, orderId, this.#mostToOne, clock);
    if (giveBack) return giveBack;
    throw new Refusal('enough', `you may place ${this.#mostToOne} orders an hour for one e-mail address`);
  }

  /** @returns false when it has too many open; for each other, `closeStream` is called when it is over */
  openStream(): boolean {
    if (this.name && this.#streams >= mostStreams) return false;
    this.#streams++;
    return true;
  }

  closeStream(): void {
    this.#streams--;
  }
}

const byKey = (key: string): string => digest(key).toString('hex');

/** @param known by name: those of an earlier reading go on, and who is new is added */
function readCallers(file: string, known: Map<string, Caller>): ReadonlyMap<string, Caller> {
  const read = readPrivate('DESPACHO_GRPC_CALLERS', file, 'callers', entries);
  const shown = read.map(({ key, certificate }) => (key ? byKey(key) : `certificate ${certificate}`));
  const names = new Set(read.map(({ name }) => name));
  if (names.size < read.length || new Set(shown).size < read.length)
    throw new Mistake('setting', `DESPACHO_GRPC_CALLERS: ${file} names a caller, or a key, twice`);
  const callers = read.map(({ name, roles, ordersPerSecond, ordersPerRecipient }) => {
    const share = { perSecond: ordersPerSecond, perRecipient: ordersPerRecipient };
    const caller = known.get(name) ?? new Caller(name, roles, share);
    caller.renew(roles, share);
    known.set(name, caller);
    return caller;
  });
  return new Map(shown.map((one, index) => [one, at(callers, index)]));
}

/** What a call tells of who makes it. */
export type Asking = Pick<ServerUnaryCall<unknown, unknown>, 'metadata' | 'getPeer' | 'getAuthContext'>;

const bearer = (metadata: Metadata): string | undefined =>
  /^Bearer (\S+)$/.exec(String(metadata.get('authorization')[0] ?? ''))?.[1];

/** Those who may call: everybody who gets through, where no file names them. */
export class Callers {
  readonly #named: Renewed<ReadonlyMap<string, Caller>> | undefined;
  readonly #unnamed = new Map<string, Caller>();
  readonly #commonNames = new WeakMap<Asking, string | undefined>();

  /** @param file as DESPACHO_GRPC_CALLERS; read again when it has changed @throws Mistake that names what is wrong in it */
  constructor(file: string, surroundings: { clock: Clock; log(line: string): void }) {
    const known = new Map<string, Caller>();
    if (file) this.#named = new Renewed([file], () => readCallers(file, known), surroundings);
  }

  /** @throws Refusal UNAUTHENTICATED, or PERMISSION_DENIED without the role */
  of(call: Asking, ...oneOf: readonly Role[]): Caller {
    const caller = this.#find(call);
    if (!caller) throw new Refusal('nobody', 'authorization must be "Bearer " and a key of this gateway');
    if (oneOf.length > 0 && !oneOf.some((role) => caller.may(role)))
      throw new Refusal('forbidden', `this needs the role ${oneOf.join(' or ')}`);
    return caller;
  }

  /** Who watches: a name, or the machine that calls; on this one, where all callers have one address, the connection. */
  nameOf(call: Asking): string {
    const name = this.#find(call)?.name;
    if (name) return name;
    const peer = call.getPeer();
    const { host } = splitHostPort(peer);
    return isLoopback(host) ? peer : host;
  }

  close(): void {
    this.#named?.close();
  }

  #find(call: Asking): Caller | undefined {
    if (!this.#named) return this.#anyone(this.#commonName(call) ?? '');
    const key = bearer(call.metadata);
    if (key) return this.#named.value.get(byKey(key));
    const common = this.#commonName(call);
    return common === undefined ? undefined : this.#named.value.get(`certificate ${common}`);
  }

  /** Of the caller's certificate, which stays the same for the whole call, and which TLS reads anew each time that it is asked. */
  #commonName(call: Asking): string | undefined {
    if (!this.#commonNames.has(call)) {
      const subject = call.getAuthContext()?.sslPeerCertificate?.subject?.CN;
      this.#commonNames.set(call, Array.isArray(subject) ? subject[0] : subject);
    }
    return this.#commonNames.get(call);
  }

  /** Whoever has a certificate of our authority, or comes from this machine, may do everything. */
  #anyone(name: string): Caller {
    const known = this.#unnamed.get(name) ?? new Caller(name, roles, endless);
    this.#unnamed.set(name, known);
    return known;
  }
}
