/**
 * Loaded before the system (`--import`): gives the timers and the gateway adapters that can die. A module of a process
 * is replaced as a whole, so that no hook for tests is needed in it.
 */
import { registerHooks } from 'node:module';

const replacements = [
  { importer: '/infra/timers/worker.ts', module: '/dueTimes.redis.ts', by: './mortalDueTimes.ts' },
  { importer: '/infra/gateway/server.ts', module: '/sender.ts', by: './mortalSender.ts' },
];

registerHooks({
  resolve(specifier, context, next) {
    const found = replacements.find(
      ({ importer, module }) => context.parentURL?.endsWith(importer) && specifier.endsWith(module),
    );
    return found ? next(new URL(found.by, import.meta.url).href, context) : next(specifier, context);
  },
});
