/** A whole system under `serverless offline`, with ports and a namespace of its own, and a browser that looks at it. */
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { freePorts, startOffline } from '../offline.ts';
import { root } from '../system/service.ts';
import { openTrial, type Trial } from '../system/trial.ts';
import { launchChromium } from './chromium.ts';

/** Ignored by git. */
const shots = join(root, 'reports/browser');
/** ms; a busy machine takes its time. */
const patience = 120_000;

export type Stage = Readonly<{
  trial: Trial;
  /** Without a slash at the end. */
  url: string;
  socket: string;
  /** AWS's Invoke API for every function. */
  functions: string;
  /** A page of its own, with whatever went wrong in it. */
  open(options?: BrowserContextOptions): Promise<{ page: Page; faults: string[] }>;
  /**
   * Closes every page: those that nobody looks at any more would go on drawing.
   * @param failed the name of a test that has failed: what its pages show goes to reports/browser
   */
  leave(failed?: string): Promise<void>;
  close(): Promise<void>;
}>;

/** @param settings other than the defaults, as environment variables */
export async function openStage(settings: Record<string, string> = {}): Promise<Stage> {
  const { httpPort, websocketPort, lambdaPort } = await freePorts();
  const [url, socket] = [`http://127.0.0.1:${httpPort}`, `ws://127.0.0.1:${websocketPort}`];
  const trial = await openTrial({ DESPACHO_CONSOLE_URL: url, DESPACHO_CONSOLE_SOCKET: socket, ...settings });
  const browser = await launchChromium();
  const system = await startOffline(trial.environment, { lambdaPort }).catch(async (error) => {
    await Promise.allSettled([browser.close(), trial.close()]);
    throw error;
  });
  return {
    trial,
    url,
    socket,
    functions: `http://127.0.0.1:${lambdaPort}`,
    open: (options) => open(browser, options),
    async leave(failed) {
      const pages = browser.contexts().flatMap((context) => context.pages());
      if (failed !== undefined) await Promise.all(pages.map((page, index) => shoot(page, `${failed}-${index}`)));
      await Promise.all(browser.contexts().map((context) => context.close()));
    },
    async close() {
      await browser.close();
      const ended = once(system, 'exit');
      if (system.exitCode === null && system.kill('SIGTERM')) await ended;
      await trial.close();
    },
  };
}

async function open(browser: Browser, options: BrowserContextOptions = {}): Promise<{ page: Page; faults: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, locale: 'es', ...options });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(message.text());
  });
  return { page, faults };
}

/** A picture of the whole page: a word of the test's name may hold a slash. */
async function shoot(page: Page, name: string): Promise<void> {
  const path = join(shots, `${name.replaceAll(/\W+/g, '-')}.png`);
  await page.screenshot({ path, fullPage: true, animations: 'disabled' });
  console.log(`what was seen: ${path}`);
}

/** Resolves when `check` does so with true; it is asked again and again. */
export async function eventually(check: () => Promise<boolean>): Promise<void> {
  for (const end = Date.now() + patience; !(await check()); await sleep(500)) {
    if (Date.now() > end) throw new Error(`it did not happen within ${patience / 1000} s`);
  }
}
