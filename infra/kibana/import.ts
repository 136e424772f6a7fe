/** Hands saved objects to a running Kibana, by the import of its documented HTTP API. */
import { z } from 'zod';
import { splitLogin } from '../../functions/login.ts';
import { systemClock, withDeadline } from '../clock.ts';
import { codeOf, messageOf, Trouble } from '../faults.ts';
import { readJson } from '../json.ts';

const answerSchema = z.object({
  success: z.boolean(),
  successCount: z.number().int().nonnegative(),
  errors: z
    .array(z.object({ type: z.string(), id: z.string(), error: z.looseObject({ type: z.string() }) }))
    .default([]),
});

/** Milliseconds. */
const patience = 60_000;

/** While Kibana starts, a server that knows no uploads answers for it. */
const isStarting = (status: number): boolean => status === 503 || status === 415;

function explain(base: string, status: number, text: string): string {
  const said = text.slice(0, 300);
  if (status === 401 || status === 403) {
    return `Kibana at ${base} asks who you are (${status}). Put it into the address: http://name:password@host:5601`;
  }
  if (isStarting(status)) return `Kibana at ${base} is still starting. Try again in a minute.`;
  if (status === 404) return `What answers at ${base} is no Kibana (404). Give its address with --kibana.`;
  return `Kibana at ${base} refuses the dashboards (${status}): ${said}`;
}

async function post(kibana: string, ndjson: string): Promise<{ base: string; status: number; text: string }> {
  const { base, headers } = splitLogin(kibana);
  const body = new FormData();
  body.append('file', new Blob([ndjson], { type: 'application/x-ndjson' }), 'despacho.ndjson');
  const address = `${base}/api/saved_objects/_import?overwrite=true`;
  try {
    return await withDeadline(systemClock, patience, async (signal) => {
      const told = { ...headers, 'kbn-xsrf': 'despacho' };
      const response = await fetch(address, { method: 'POST', headers: told, body, signal });
      return { base, status: response.status, text: await response.text() };
    });
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    const why = codeOf(cause) ?? messageOf(cause);
    throw new Trouble(
      'away',
      `No Kibana answers at ${base} (${why}). Start one, for example with \`docker compose -f ` +
        'infra/engines/compose.yaml --profile kraft up -d kibana`, or give the address of yours with --kibana.',
    );
  }
}

/**
 * Imports the objects, replacing those of an earlier import.
 * @param kibana address, with name and password where Kibana wants them
 * @param ndjson as `savedObjects` makes it
 * @returns how many objects Kibana took
 * @throws Trouble when Kibana does not answer, or does not take all of them
 */
export async function importObjects(kibana: string, ndjson: string): Promise<number> {
  const { base, status, text } = await post(kibana, ndjson);
  if (status !== 200) throw new Trouble(isStarting(status) ? 'starting' : 'refused', explain(base, status, text));
  const answer = answerSchema.safeParse(readJson(text)).data;
  if (!answer) throw new Trouble('refused', explain(base, 404, text));
  if (answer.success) return answer.successCount;
  const [first] = answer.errors;
  const why = first ? `, first ${first.type} ${first.id}: ${JSON.stringify(first.error)}` : '';
  throw new Trouble('refused', `Kibana at ${base} did not take ${answer.errors.length} of the objects${why}`);
}
