import { readFileSync } from 'node:fs';

/** A table of the system's own, such as /etc/passwd; '' where it keeps none. */
export function systemTable(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
