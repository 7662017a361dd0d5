/** The browser that the editor is driven with. */

import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const executables = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

export async function startBrowser(): Promise<Browser> {
  const executablePath = executables.find((file) => existsSync(file));
  if (executablePath === undefined) throw new Error('no Chromium: apt-get install chromium');
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}
