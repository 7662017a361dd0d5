/**
 * The built timeline view in a plain Chromium: on the page that the extension makes, under its content security
 * policy, with a stand-in for VS Code's end.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContextOptions, type Locator, type Page } from 'playwright-core';
import { timelinePage } from '../../client/src/timeline/html.js';
import type { FromView, KeptState, ToView } from '../../client/src/timeline/messages.js';
import { bundleView } from '../../scripts/bundle-view.mjs';
import { THEMES, type Theme } from './themes.js';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Null where there is no browser. */
export const browserPath: string | null = PLACES.find((path) => existsSync(path)) ?? null;

const ORIGIN = 'https://timeline.test';

export interface OpenOptions extends BrowserContextOptions {
  readonly theme?: Theme;
  /** What `getState()` answers first. */
  readonly kept?: KeptState;
  /** The view's words in another language. */
  readonly texts?: Readonly<Record<string, string>>;
}

export class WebviewBrowser {
  readonly #folder = mkdtempSync(join(tmpdir(), 'dio-ordering-view-'));

  private constructor(readonly browser: Browser) {}

  static async launch(): Promise<WebviewBrowser> {
    const args = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
    const made = new WebviewBrowser(await chromium.launch({ executablePath: browserPath!, args }));
    await bundleView(made.#folder);
    return made;
  }

  async close(): Promise<void> {
    await this.browser.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** A view that has been opened and has been sent nothing yet. */
  async open({ theme = THEMES.dark, kept, texts = {}, ...options }: OpenOptions = {}): Promise<Webview> {
    const page = await this.browser.newPage({ viewport: { width: 1300, height: 800 }, ...options });
    const asked: string[] = [];
    await page.route('**', async (route) => {
      const url = route.request().url();
      asked.push(url);
      await route.fulfill(this.#answer(url, texts));
    });
    await page.addInitScript(vsCode, { theme, kept: kept ?? null });
    const view = new Webview(page, asked);
    await page.goto(`${ORIGIN}/`);
    return view;
  }

  #answer(
    url: string,
    texts: Readonly<Record<string, string>>,
  ): { readonly contentType: string; readonly body: string } {
    const file = (name: string): string => readFileSync(join(this.#folder, name), 'utf8');
    if (url.endsWith('.js')) return { contentType: 'text/javascript', body: file('timeline.js') };
    if (url.endsWith('.css')) return { contentType: 'text/css', body: file('timeline.css') };
    const [script, style] = [`${ORIGIN}/timeline.js`, `${ORIGIN}/timeline.css`];
    const body = timelinePage({ source: ORIGIN, script, style, language: 'en', texts }, 'bm9uY2U');
    return { contentType: 'text/html', body };
  }
}

/** Runs in the page before its script, as VS Code's own does. */
function vsCode({ theme, kept }: { theme: Theme; kept: unknown }): void {
  const scope = globalThis as unknown as Record<string, unknown>;
  const sent: unknown[] = [];
  let state = kept;
  scope['sent'] = sent;
  scope['acquireVsCodeApi'] = () => ({
    postMessage: (message: unknown) => void sent.push(message),
    getState: () => state,
    setState: (next: unknown) => (scope['kept'] = state = next),
  });
  interface Page {
    documentElement: { style: { setProperty(name: string, value: string): void } };
    body: { className: string };
    addEventListener(name: string, then: () => void): void;
  }
  const page = scope['document'] as Page;
  const dress = () => {
    for (const [name, value] of Object.entries(theme.colours))
      page.documentElement.style.setProperty(`--vscode-${name}`, value);
    page.documentElement.style.setProperty('--vscode-font-family', 'system-ui, sans-serif');
    page.body.className = theme.bodyClass;
  };
  page.addEventListener('DOMContentLoaded', dress);
}

export class Webview {
  /** Errors of scripts, and what the policy refused. */
  readonly errors: string[] = [];

  constructor(
    readonly page: Page,
    /** Every address that was asked for. */
    readonly asked: readonly string[],
  ) {
    page.on('pageerror', (error) => this.errors.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') this.errors.push(message.text());
    });
    page.on('dialog', (dialog) => {
      this.errors.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  async post(message: ToView | object): Promise<void> {
    await this.page.evaluate(`postMessage(${JSON.stringify(message)}, '*')`);
  }

  /** Posts, and gives the view the time to act. */
  async send(message: ToView | object): Promise<void> {
    await this.post(message);
    await this.page.waitForTimeout(30);
  }

  /** What the view has sent since it was asked last. */
  async sent(): Promise<FromView[]> {
    return (await this.page.evaluate('sent.splice(0)')) as FromView[];
  }

  async kept(): Promise<KeptState> {
    return (await this.page.evaluate('kept')) as KeptState;
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
  }

  row(n: number): Locator {
    return this.page.locator(`[data-step="${n}"]`);
  }

  /** `n` of the chosen step. */
  async chosen(): Promise<number> {
    return Number(await this.page.locator('[role=row][aria-selected=true]').getAttribute('data-step'));
  }

  /** A property of the first element, as it is drawn. */
  async style(selector: string, property: string): Promise<string> {
    const target = `document.querySelector(${JSON.stringify(selector)})`;
    return (await this.page.evaluate(
      `getComputedStyle(${target}).getPropertyValue('${property}')`,
    )) as string;
  }

  /** A picture for somebody to look at, where `SCREENSHOTS` names a folder. */
  async picture(name: string): Promise<void> {
    const folder = process.env['SCREENSHOTS'];
    if (folder !== undefined) await this.page.screenshot({ path: join(folder, `${name}.png`) });
  }

  async close(): Promise<void> {
    await this.page.close();
  }
}
