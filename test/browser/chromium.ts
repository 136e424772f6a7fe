/** Chromium for the browser tests: the system's, or, where we may, Debian's. */
import { execFileSync } from 'node:child_process';
import { type Browser, chromium } from 'playwright-core';
import { findBrowser } from '../../scripts/lab/report/pictures.ts';

const isRoot = process.getuid?.() === 0;

function install(): void {
  const missing = 'The browser tests need Chromium or Chrome on the PATH (Debian: apt-get install chromium).';
  if (!isRoot) throw new Error(missing);
  console.log('Chromium is missing: installing it from Debian, which can take a few minutes …');
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    execFileSync('apt-get', ['update', '-q'], { stdio: 'ignore', env });
    const flags = ['install', '-q', '-y', '--no-install-recommends'];
    execFileSync('apt-get', [...flags, 'chromium', 'fonts-liberation'], { stdio: 'ignore', env });
  } catch (error) {
    throw new Error(`${missing} It could not be installed: ${error instanceof Error ? error.message : error}`);
  }
}

/** @throws Error that says what is missing */
export async function launchChromium(): Promise<Browser> {
  if (!findBrowser()) install();
  const executablePath = findBrowser();
  if (!executablePath) throw new Error('Chromium was installed and is not on the PATH.');
  // Chromium's sandbox refuses root; every page here is our own.
  return chromium.launch({ executablePath, args: isRoot ? ['--no-sandbox'] : [] });
}
