import { isFinal, transition } from './lifecycle.ts';
import type { Step } from './records.ts';

/**
 * What is wrong with a history (oldest step first), a sentence each; nothing for a legal and gap-free one.
 * It reads the lifecycle's table alone and shares no code with `decide`, so that each can convict the other.
 */
export function checkHistory(history: readonly Step[]): string[] {
  return history.flatMap((step, index) => {
    const before = history[index - 1];
    const { from } = transition(step.command);
    const faults: string[] = [];
    if (step.version !== index + 1) faults.push(`version ${step.version} stands in place ${index + 1}`);
    if (step.from !== (before?.to ?? null))
      faults.push(`${step.command} leaves ${step.from}, the order was ${before?.to}`);
    if (before ? !from.includes(before.to) : from.length > 0) {
      faults.push(`${step.command} is not allowed ${before ? `in ${before.to}` : 'as the first step'}`);
    }
    if (before && isFinal(before.to)) faults.push(`${step.command} follows the final state ${before.to}`);
    if (step.to !== transition(step.command).to) faults.push(`${step.command} leads to ${step.to}`);
    if (before && step.at < before.at) faults.push(`${step.command} happened before ${before.command}`);
    return faults;
  });
}
