/** Asks a schema registry that speaks Confluent's API. */
import { text as textOf } from 'node:stream/consumers';
import { z } from 'zod';
import { readJson } from '../../json.ts';
import type { RegistryAccess } from '../config/schemaRegistry.ts';
import { dataFormats, type RegisteredSchema } from './codec.ts';

/** Their codes for a schema, a subject and a version that are not there. */
const notFound = [40401, 40402, 40403];

const answered = z.object({
  schema: z.string(),
  schemaType: z.enum(dataFormats).default('AVRO'),
  references: z.array(z.object({ name: z.string(), subject: z.string(), version: z.number() })).nullish(),
});
type Answered = z.infer<typeof answered>;

/** Never says what it logs in with. */
export class SchemaRegistry {
  readonly #address: string;
  readonly #access: RegistryAccess;

  /** @param address of the API: what stands before `/schemas/ids` */
  constructor(address: string, access: RegistryAccess) {
    this.#address = address.replace(/\/+$/, '');
    this.#access = access;
  }

  /**
   * @param signal ends the asking
   * @returns undefined where the registry has none of that id
   * @throws Error where the registry does not answer, or with something else
   */
  async schema(id: number, signal: AbortSignal): Promise<RegisteredSchema | undefined> {
    const found = await this.#ask(`/schemas/ids/${id}`, signal);
    if (!found) return undefined;
    const references = new Map<string, string>();
    await this.#follow(found, references, signal);
    const list = [...references].map(([name, text]) => ({ name, text }));
    return { format: found.schemaType, text: found.schema, references: list };
  }

  /** What is referred to comes before what refers to it. */
  async #follow({ references }: Answered, found: Map<string, string>, signal: AbortSignal): Promise<void> {
    for (const { name, subject, version } of references ?? []) {
      if (found.has(name)) continue;
      const path = `/subjects/${encodeURIComponent(subject)}/versions/${version}`;
      const one = await this.#ask(path, signal);
      if (!one) throw new Error(`${this.#address}${path}: is referred to, and not there`);
      await this.#follow(one, found, signal);
      found.set(name, one.schema);
    }
  }

  async #ask(path: string, signal: AbortSignal): Promise<Answered | undefined> {
    const { status, text } = await this.#get(path, signal);
    const body = readJson(text);
    const { error_code: code, message } = z
      .object({ error_code: z.number(), message: z.string() })
      .partial()
      .catch({})
      .parse(body);
    if (status === 404 && notFound.includes(code ?? 0)) return undefined;
    if (status === 200) {
      const read = answered.safeParse(body);
      if (read.success) return read.data;
    }
    throw new Error(
      `${this.#address}${path}: answers with ${status}${message ? `: ${message}` : ', and nothing that a schema registry would say'}`,
    );
  }

  async #get(path: string, signal: AbortSignal): Promise<{ status: number | undefined; text: string }> {
    const { login, tls } = this.#access;
    const url = new URL(`${this.#address}${path}`);
    // Most mappings have no registry, and a start without these takes a tenth less.
    const { get } = url.protocol === 'https:' ? await import('node:https') : await import('node:http');
    const options = {
      headers: { accept: 'application/vnd.schemaregistry.v1+json, application/json' },
      signal,
      ...(login && { auth: `${login.username}:${login.password}` }),
      ...tls,
    };
    return new Promise((resolve, reject) => {
      get(url, options, (response) => {
        textOf(response).then((text) => resolve({ status: response.statusCode, text }), reject);
      }).on('error', (error) => reject(new Error(`${this.#address}: ${error.message}`)));
    });
  }
}
