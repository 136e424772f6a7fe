/** Asks what to do, for those who do not know the flags; ends in the same command as the flags do. */

import { input, select } from '@inquirer/prompts';
import { type KindName, kindNames } from '../../functions/messages/message.ts';
import { storeNames, stores, type TargetName, targetNames, targets } from '../../functions/messages/targets.ts';
import type { Language } from '../../functions/orders/lifecycle.ts';
import { EndAsked } from '../../infra/endRequest.ts';
import { Mistake } from '../../infra/faults.ts';
import type { Action, Command } from './flags.ts';
import { checkOptions, modeOf, type Options, usualCount } from './options.ts';
import { words } from './report/words.ts';

const say = {
  es: {
    action: '¿Qué quieres hacer?',
    produce: 'Producir mensajes',
    show: 'Mostrar mensajes en vivo (aquí y en una página)',
    save: 'Guardar mensajes a medida que llegan',
    run: 'Medir una combinación',
    compare: 'Comparar todas las combinaciones y hacer el informe',
    message: '¿Qué mensajes?',
    target: '¿Qué se hace con ellos?',
    store: '¿Dónde se guardan?',
    pace: '¿A qué ritmo?',
    rate: '¿Cuántos por segundo?',
    count: '¿Cuántos mensajes?',
    number: 'Un número entero mayor que 0, por favor',
  },
  en: {
    action: 'What would you like to do?',
    produce: 'Produce messages',
    show: 'Show messages live (here and on a page)',
    save: 'Save messages as they come',
    run: 'Measure one combination',
    compare: 'Compare all combinations and make the report',
    message: 'Which messages?',
    target: 'What becomes of them?',
    store: 'Where are they kept?',
    pace: 'At which pace?',
    rate: 'How many a second?',
    count: 'How many messages?',
    number: 'A whole number above 0, please',
  },
} as const;

const asked: readonly Exclude<Action, 'report'>[] = ['compare', 'run', 'produce', 'show', 'save'];

/** @throws Mistake where nobody can answer, EndAsked where Ctrl-C is the answer */
export const askCommand = (): Promise<Command> =>
  ask().catch((error: Error) => {
    throw error.name === 'ExitPromptError' ? new EndAsked('SIGINT') : error;
  });

async function ask(): Promise<Command> {
  if (!process.stdin.isTTY)
    throw new Mistake('flag', 'Nobody is there to ask: name an action; --help tells which there are');
  const language = await select<Language>({
    message: 'Idioma / Language',
    choices: [
      { name: 'Español', value: 'es' },
      { name: 'English', value: 'en' },
    ],
  });
  const speak = say[language];
  const action = await select({
    message: speak.action,
    choices: asked.map((value) => ({ name: speak[value], value })),
  });
  return { action, options: checkOptions({ language, ...(await details(action, language)) }) };
}

async function details(action: Action, language: Language): Promise<Partial<Options>> {
  if (action === 'compare') return {};
  const speak = say[language];
  const message = await select<KindName>({
    message: speak.message,
    choices: kindNames.map((value) => ({ name: words[language].kinds[value], value })),
  });
  if (action === 'show') return { message };
  if (action === 'produce') return { message, ...(await amount(language)) };
  if (action === 'save') {
    const choices = storeNames.map((value) => ({ name: stores[value].title[language], value }));
    return { message, store: await select({ message: speak.store, choices }) };
  }
  const target = await select<TargetName>({
    message: speak.target,
    choices: targetNames.map((value) => ({ name: targets[value].title[language], value })),
  });
  return { message, ...modeOf(target), ...(await amount(language)) };
}

async function amount(language: Language): Promise<Partial<Options>> {
  const speak = say[language];
  const paces = words[language].paces;
  const pace = await select({
    message: speak.pace,
    choices: [
      { name: paces.backlog, value: 'backlog' },
      { name: paces.live, value: 'live' },
    ],
  });
  const rate = pace === 'live' ? { rate: await number(speak.rate, speak.number, 1000) } : {};
  return { ...rate, count: await number(speak.count, speak.number, pace === 'live' ? 10_000 : usualCount) };
}

async function number(message: string, wrong: string, usual: number): Promise<number> {
  const validate = (text: string): true | string => (/^[1-9]\d*$/.test(text) ? true : wrong);
  return Number(await input({ message, default: String(usual), validate }));
}
