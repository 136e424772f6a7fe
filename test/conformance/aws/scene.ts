import { type Call, Scene } from '../scene.ts';
import type { Report } from './reporting.ts';
import type { Reports } from './reports.ts';

/** A rule's function on AWS, as its reports tell of it. */
export class AwsScene extends Scene {
  readonly #reports: Report[] = [];
  reports: Reports | undefined;
  #givenUp = false;

  /** What was told before the commit is heard. */
  override async untilCommitted(...of: Parameters<Scene['untilCommitted']>): Promise<void> {
    await super.untilCommitted(...of);
    await this.reports?.caughtUp();
  }

  /** Whatever waits here fails. */
  giveUp(): void {
    this.#givenUp = true;
  }

  override until(...[what, condition, milliseconds]: Parameters<Scene['until']>): Promise<void> {
    const orGivenUp = () => {
      if (this.#givenUp) throw new Error(`nobody waits any more: ${what}`);
      return condition();
    };
    return super.until(what, orGivenUp, milliseconds);
  }

  /** Queues hand messages on in any order. */
  heard(report: Report): void {
    this.#reports.push(report);
    this.#reports.sort((one, other) => one.at - other.at || one.order - other.order);
  }

  override calls(): Call[] {
    return this.#reports.flatMap((report) =>
      'call' in report ? [{ at: report.at, pid: 0, ...report.call } as Call] : [],
    );
  }

  override notes(): string[] {
    return this.#reports.flatMap((report) => ('note' in report ? [report.note] : []));
  }
}
