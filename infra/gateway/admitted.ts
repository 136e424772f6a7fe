import type { UntypedHandleCall } from '@grpc/grpc-js';
import type { Role } from './caller.ts';
import type { Asking, Callers } from './callers.ts';
import type { Connections } from './connections.ts';
import type { Strangers } from './strangers.ts';

type Call = Asking & { emit(event: 'error', error: unknown): boolean };
type Handle = (call: Call, callback?: (error: unknown) => void) => void;

/** Who may come, and over how many connections. */
export type Known = Readonly<{ callers: Callers; strangers: Strangers; connections: Connections }>;

/**
 * The same handlers, but nobody reaches them who may not.
 * @param rolesOf one of which is needed for a method; none where any caller will do
 */
export function admitted<Handlers extends object>(
  handlers: Handlers,
  { callers, strangers, connections }: Known,
  rolesOf: (method: string) => readonly Role[],
): Handlers {
  const guarded = Object.entries<UntypedHandleCall>(handlers as Record<string, UntypedHandleCall>).map(
    ([method, handle]) => {
      const guard: Handle = (call, callback) => {
        try {
          strangers.refuse(call);
          connections.use(callers.of(call, ...rolesOf(method)), call.getPeer());
        } catch (refusal) {
          return void (callback ? callback(refusal) : call.emit('error', refusal));
        }
        (handle as unknown as Handle)(call, callback);
      };
      return [method, guard];
    },
  );
  return Object.fromEntries(guarded);
}
