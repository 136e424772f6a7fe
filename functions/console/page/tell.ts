import { messageOf } from '../../../infra/faults.ts';
import { words } from './words.ts';

const shownMilliseconds = 6000;
let timer: number | undefined;

/** Tells what happened to those who see and to those who listen. */
export function tell(text: string, bad = false): void {
  const status = document.getElementById('status');
  if (!status) return;
  status.textContent = text;
  status.classList.toggle('bad', bad);
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    status.textContent = '';
  }, shownMilliseconds);
}

/** Does it, and tells what `told` makes of it, or why it was refused. */
export async function act<T>(work: () => Promise<T>, told: (done: T) => string): Promise<void> {
  try {
    tell(told(await work()));
  } catch (error) {
    tellFault(error);
  }
}

/** Tells in red that it failed, and why; like everything told it is gone after 6 s. */
export const tellFault = (error: unknown): void => tell(`${words.failed}: ${messageOf(error)}`, true);
