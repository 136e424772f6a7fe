import { readFileSync } from 'node:fs';
import { passwordOf } from '../engines/password.ts';
import { usualHome } from '../engines/site.ts';
import { Mistake, messageOf } from '../faults.ts';

/**
 * What ids are made with from idempotency keys, so that nobody can foresee them. Where it is another one, keys name other orders.
 * @param file as DESPACHO_GRPC_SECRET; without it a random one that is kept beside the engines' passwords
 * @throws Mistake for a file that cannot be read, or is short
 */
export function orderSecret({ grpcSecret }: Readonly<{ grpcSecret: string }>): string {
  if (!grpcSecret) return passwordOf(usualHome, 'order-ids');
  const text = (() => {
    try {
      return readFileSync(grpcSecret, 'utf8').trim();
    } catch (error) {
      throw new Mistake('setting', `DESPACHO_GRPC_SECRET cannot be read: ${messageOf(error)}`);
    }
  })();
  if (text.length >= 32) return text;
  throw new Mistake('setting', `DESPACHO_GRPC_SECRET: ${grpcSecret} must hold at least 32 characters`);
}
