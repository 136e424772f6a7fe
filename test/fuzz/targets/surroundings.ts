/** What stands on a command line, and in the environment. */
import fc from 'fast-check';
import { readSettings, settingNames } from '../../../functions/settings.ts';
import { readFlags } from '../../../scripts/load/flags.ts';
import { checkLoad } from '../../../scripts/load/options.ts';
import { text } from '../inputs.ts';
import { isMistake, target } from '../target.ts';

const words = [
  '--rate',
  '--count',
  '--distribution',
  '--preset',
  '--csv',
  '--seed',
  '--run',
  '--clock',
  '5',
  '0',
  'alta',
];
export const surroundings = [
  target(
    'flags',
    fc.array(
      fc.oneof(
        fc.constantFrom(...words),
        text.filter((word) => !/^(-\w*h|--?he|help)/.test(word)),
      ),
    ),
    (args) => checkLoad(readFlags(args).load),
    isMistake,
  ),
  target(
    'environment',
    fc.dictionary(fc.constantFrom(...settingNames, 'DESPACHO_X', 'KAFKA_CA'), text),
    readSettings,
    isMistake,
  ),
];
