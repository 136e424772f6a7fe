import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Mapping } from '../config/eventSourceMapping.ts';
import type { FailureDestination } from './failure.ts';
import { batchDocument } from './failureDocument.ts';

/** Below where the dispatcher was started. */
const fileFolder = '.dispatcher';

/** The file of a mapping, by its id. */
export const documentFile = (id: string): string => `${id.replaceAll(':', '-')}.jsonl`;

/**
 * A file with a document in each line, for what only a deployment can reach: as AWS would send it there, or as to a
 * bucket where nothing tells what it is. The folder keeps itself out of version control.
 */
export function fileDestination({ id, onFailure }: Mapping, keepLine = appendLine): FailureDestination {
  const fileName = documentFile(id);
  const withPayload = onFailure?.kind === 's3' || onFailure?.kind === 'intrinsic';
  return {
    name: join(fileFolder, fileName),
    async store(failed) {
      await keepLine(fileName, batchDocument(failed, withPayload));
      return failed.records;
    },
  };
}

async function appendLine(fileName: string, line: string): Promise<void> {
  const folder = resolve(fileFolder);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '.gitignore'), '*\n');
  await appendFile(join(folder, fileName), `${line}\n`);
}
