import { Ajv, type Options } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import draft06 from 'ajv/dist/refs/json-schema-draft-06.json' with { type: 'json' };
import formats from 'ajv-formats';
import { readJson } from '../../json.ts';
import type { Decode, RegisteredSchema } from './codec.ts';

/** What producers write beside JSON Schema's own words, such as Connect's, says nothing of what is valid. */
const options: Options = { strict: false, validateFormats: true, logger: false };

/** @throws Error where the schema is none, or of a draft older than 6 */
export function jsonSchemaDecoder({ text, references }: RegisteredSchema): Decode {
  const schema = JSON.parse(text);
  const ajv = ajvFor(String(schema.$schema ?? ''));
  formats.default(ajv);
  for (const reference of references) ajv.addSchema(JSON.parse(reference.text), reference.name);
  const validate = ajv.compile(schema);
  return (bytes) => {
    // What is told of it goes to logs and to dead letters: never a word of the record, which a parser's own would quote.
    const value = readJson(bytes);
    if (value === undefined) throw new Error('is no JSON');
    if (validate(value)) return value;
    throw new Error(`is not valid by its schema: ${ajv.errorsText(validate.errors)}`);
  };
}

/** Of the draft that it names. */
function ajvFor(draft: string): Ajv {
  if (draft.includes('2020-12')) return new Ajv2020(options);
  if (draft.includes('2019-09')) return new Ajv2019(options);
  return new Ajv(options).addMetaSchema(draft06);
}
