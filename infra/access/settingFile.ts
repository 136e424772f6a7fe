import { readFileSync } from 'node:fs';
import { Mistake, messageOf } from '../faults.ts';

/**
 * What the file of a setting holds.
 * @param setting its variable
 * @throws Mistake that names the setting, where the file cannot be read
 */
export function settingFile(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Mistake('setting', `${setting} cannot be read: ${messageOf(error)}`);
  }
}
