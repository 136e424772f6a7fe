/** `npm run bench -- <which> [flags]`. Each benchmark prints a table that can be put into a document as it is. */

const benches: Record<string, (args: string[]) => Promise<void>> = {
  pipeline: async (args) => (await import('./pipeline/main.ts')).benchPipeline(args),
  lab: async () => void (await (await import('./lab.ts')).benchLab()),
  dispatcher: async (args) => (await import('./dispatcher/main.ts')).benchDispatcher(args),
};

const [name = '', ...args] = process.argv.slice(2);
const bench = benches[name];
try {
  if (!bench) throw new Error(`"${name}" is no benchmark. There are: ${Object.keys(benches).join(', ')}`);
  await bench(args);
  // Clients of the engines keep connections open; everything that was asked for is done.
  process.exit(0);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
