import { readFileSync } from 'node:fs';
import { Mistake, messageOf } from '../faults.ts';

/**
 * What the file of a setting holds.
 * @param setting its variable
 * @param cure what to do where it cannot be read: most are certificates and their keys
 * @throws Mistake that names the setting and the cure, where the file cannot be read
 */
export function settingFile(setting: string, file: string, cure = 'Name a file in PEM.'): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new Mistake('setting', `${setting} cannot be read: ${messageOf(error)}. ${cure}`);
  }
}
