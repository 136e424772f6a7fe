/** `node --import …/plant.ts`: puts the fault named by PLANTED into the sources as they are loaded. */
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { faults } from './all.ts';
import { planted } from './planted.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const name = process.env.PLANTED ?? '';
const fault = faults.find(({ id }) => id === name);
if (!fault) throw new Error(`PLANTED is "${name}": name one of ${faults.map(({ id }) => id).join(', ')}`);
const changes = new Map(fault.changes.map((change) => [pathToFileURL(join(root, change.file)).href, change]));

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const change = changes.get(url);
    return change ? { ...loaded, source: planted(String(loaded.source), change) } : loaded;
  },
});
