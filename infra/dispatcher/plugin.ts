/**
 * The serverless plugin: while `serverless offline start` runs, functions with a `kafka` or `msk` event are called as
 * AWS Lambda's event source mapping would call them.
 */
import { join } from 'node:path';
import type { KafkaLogin } from '../kafkajs/kafkaLogin.ts';
import { describePlan, planJson } from './config/describePlan.ts';
import { differences } from './config/differences.ts';
import { type Plan, planOf } from './config/mapping.ts';
import type { Service } from './config/service.ts';
import { type Dispatcher, startDispatcher } from './dispatcher.ts';
import { redacting } from './lineLog.ts';
import { OfflineEnd } from './offlineEnd.ts';
import type { Logger } from './stats.ts';

type Serverless = { service: Service; serviceDir?: string; config?: { servicePath?: string } };
type Options = Record<string, unknown>;
type Utilities = { log: { notice(text: string): void; warning(text: string): void; error(text: string): void } };

/** For the work in flight. */
const drainMilliseconds = 10_000;
/** For all of it: leaving the groups, and serverless-offline, which kills what is left after 5 s of its own. */
const endMilliseconds = drainMilliseconds + 12_000;

/**
 * Named under `plugins` in serverless.yml. `serverless dispatcher plan` shows what it would do, without Kafka.
 * @throws Mistake from `plan` and `start`: names the key of serverless.yml at fault, or the missing module
 */
export default class DispatcherPlugin {
  readonly hooks: Record<string, () => Promise<void>>;
  readonly commands = {
    dispatcher: {
      commands: {
        plan: {
          usage: 'Shows which topic calls which function, with every setting resolved',
          lifecycleEvents: ['show'],
          options: { json: { usage: 'As JSON, for other programs', type: 'boolean' } },
        },
      },
    },
  };
  readonly #serverless: Serverless;
  readonly #options: Options;
  readonly #log: Logger;
  #dispatcher: Promise<Dispatcher> | undefined;

  constructor(serverless: Serverless, options: Options, { log }: Utilities) {
    this.#serverless = serverless;
    this.#options = options;
    this.#log = redacting({
      info: (text) => log.notice(text),
      warn: (text) => log.warning(text),
      error: (text) => log.error(text),
    });
    const drain = async () => this.#log.info(await this.drain(drainMilliseconds));
    const end = new OfflineEnd(endMilliseconds, this.#log, drain);
    this.hooks = {
      'before:offline:start:init': () => end.start(async () => undefined),
      'after:offline:start:init': () => end.start(async (signal) => this.#log.info(await this.start(signal))),
      'before:offline:start:ready': async () => end.started(),
      'before:offline:start:end': drain,
      'dispatcher:plan:show': async () => void process.stdout.write(this.#show(this.plan())),
    };
  }

  #show(plan: Plan): string {
    return this.#options.json ? planJson(plan) : describePlan(plan);
  }

  /** What serverless.yml asks for, resolved. */
  plan(): Plan {
    const { service, serviceDir, config } = this.#serverless;
    const offline = service.custom?.['serverless-offline'] as { location?: string } | undefined;
    const location = this.#options.location ?? offline?.location ?? '';
    const folder = serviceDir ?? config?.servicePath ?? process.cwd();
    return planOf(service, join(folder, String(location)), { folder });
  }

  /**
   * Starts to read from Kafka; says what AWS would do differently.
   * @param signal gives the start up
   * @param access how the cluster is entered, instead of what serverless.yml says
   * @returns a line about it
   */
  async start(signal: AbortSignal, access?: KafkaLogin): Promise<string> {
    const plan = this.plan();
    for (const difference of differences(plan)) this.#log.info(difference);
    this.#dispatcher = startDispatcher({ ...plan, ...(access && { access }), reload: true, log: this.#log, signal });
    await this.#dispatcher;
    const active = plan.mappings.filter(({ enabled }) => enabled).length;
    return `dispatcher: ${active} mappings read from ${plan.brokers.join(',')}`;
  }

  /**
   * Finishes what is in flight within the time, and stops; also when it is still starting.
   * @returns a line about it
   */
  async drain(milliseconds: number): Promise<string> {
    const dispatcher = await this.#dispatcher?.catch(() => undefined);
    if (!dispatcher) return 'dispatcher: was not running';
    const report = await dispatcher.drain(milliseconds);
    const left = report.abandoned ? `, ${report.abandoned} records will be delivered again` : '';
    return `dispatcher: drained in ${report.milliseconds} ms${left}`;
  }
}
