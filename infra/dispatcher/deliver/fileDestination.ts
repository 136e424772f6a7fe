import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { Mapping } from '../config/eventSourceMapping.ts';
import type { FailureDestination } from './failure.ts';
import { batchDocument } from './failureDocument.ts';

/** Below where the dispatcher was started. */
export const fileFolder = '.dispatcher';

/**
 * A file with a document in each line, for what only a deployment can reach: as AWS would send it there, or as to a
 * bucket where nothing tells what it is. The folder keeps itself out of version control.
 */
export function fileDestination({ id, onFailure }: Mapping): FailureDestination {
  const folder = resolve(fileFolder);
  const file = join(folder, `${id.replaceAll(':', '-')}.jsonl`);
  const withPayload = onFailure?.kind === 's3' || onFailure?.kind === 'intrinsic';
  return {
    name: join(fileFolder, `${id.replaceAll(':', '-')}.jsonl`),
    async store(failed) {
      await mkdir(folder, { recursive: true });
      await writeFile(join(folder, '.gitignore'), '*\n');
      await appendFile(file, `${batchDocument(failed, withPayload)}\n`);
      return failed.records;
    },
  };
}
