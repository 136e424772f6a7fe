import { settingFile } from '../access/settingFile.ts';
import { passwordOf, systemSecrets } from '../engines/password.ts';
import { usualHome } from '../engines/site.ts';
import { Mistake } from '../faults.ts';

/**
 * What ids are made with from idempotency keys, so that nobody can foresee them. Where it is another one, keys name other orders.
 * @param file as DESPACHO_GRPC_SECRET; without it a random one that is kept beside the engines' passwords
 * @throws Mistake for a file that cannot be read, or is short
 */
export function orderSecret({ grpcSecret }: Readonly<{ grpcSecret: string }>): string {
  if (!grpcSecret) return passwordOf(usualHome, systemSecrets.orderIds);
  const text = settingFile('DESPACHO_GRPC_SECRET', grpcSecret, 'Name a file.').toString().trim();
  if (text.length >= 32) return text;
  throw new Mistake('setting', `DESPACHO_GRPC_SECRET: ${grpcSecret} must hold at least 32 characters`);
}
