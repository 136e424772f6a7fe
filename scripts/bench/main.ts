/** `npm run bench -- <which> [flags]`. Each benchmark prints a table that can be put into a document as it is. */
import { Mistake } from '../../infra/faults.ts';
import { runMain } from '../../infra/runMain.ts';

const benches: Record<string, (args: readonly string[]) => Promise<unknown>> = {
  pipeline: async (args) => (await import('./pipeline/main.ts')).benchPipeline(args),
  lab: async (args) => (await import('./lab.ts')).benchLab(args),
  dispatcher: async (args) => (await import('./dispatcher/main.ts')).benchDispatcher(args),
};

runMain(async () => {
  // Each has flags of its own, which only it reads.
  const [name = '', ...args] = process.argv.slice(2);
  const bench = benches[name];
  if (!bench) throw new Mistake('flag', `"${name}" is no benchmark: there are ${Object.keys(benches).join(', ')}`);
  await bench(args);
});
