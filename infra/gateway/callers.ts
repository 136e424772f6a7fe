/** Who calls, what each may do, and how much of it. */
import type { Metadata, ServerUnaryCall } from '@grpc/grpc-js';
import { z } from 'zod';
import { plainText } from '../../functions/text.ts';
import { isLoopback } from '../access/loopback.ts';
import { readPrivate } from '../access/privateFile.ts';
import { Renewed } from '../access/renewed.ts';
import { digest } from '../access/secrets.ts';
import { splitHostPort } from '../access/splitHostPort.ts';
import { at } from '../at.ts';
import type { Clock } from '../clock.ts';
import { Mistake } from '../faults.ts';
import { Caller, endless, type Role, roles } from './caller.ts';
import { Refusal } from './refusal.ts';

const entry = z.strictObject({
  name: plainText(64).min(1),
  key: z.string().min(32, 'has at least 32 characters').optional(),
  certificate: z.string().min(1).optional(),
  roles: z.array(z.enum(roles, `is one of ${roles.join(', ')}`)).min(1),
  ordersPerSecond: z.number().positive().default(100),
  /** In an hour, for one e-mail address, which gets a letter for each step of each. */
  ordersPerRecipient: z.number().int().positive().default(20),
  /** At once, from whatever machines. */
  connections: z.number().int().positive().default(100),
});
const entries = z
  .array(entry.refine(({ key, certificate }) => !key !== !certificate, 'has a key or a certificate'))
  .min(1);

const byKey = (key: string): string => digest(key).toString('hex');

/** @param known by name: those of an earlier reading go on, and who is new is added */
function readCallers(file: string, known: Map<string, Caller>): ReadonlyMap<string, Caller> {
  const read = readPrivate('DESPACHO_GRPC_CALLERS', file, 'callers', entries);
  const shown = read.map(({ key, certificate }) => (key ? byKey(key) : `certificate ${certificate}`));
  const names = new Set(read.map(({ name }) => name));
  if (names.size < read.length || new Set(shown).size < read.length)
    throw new Mistake('setting', `DESPACHO_GRPC_CALLERS: ${file} names a caller, or a key, twice`);
  const callers = read.map(({ name, roles, ordersPerSecond, ordersPerRecipient, connections }) => {
    const share = { perSecond: ordersPerSecond, perRecipient: ordersPerRecipient, connections };
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
