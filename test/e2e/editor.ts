/** A running editor as a user has it before them: files, palette, Problems, hover, the text with what is drawn into it. */

import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Browser, Frame, Locator, Page } from 'playwright-core';
import { expect, inject, onTestFailed } from 'vitest';
import { type EditorSettings, settingsText, writeSettings } from '../../scripts/editor/profile.mjs';
import { editorAddress, type ServedEditor, serveEditor } from '../../scripts/editor/serve.mjs';
import { startBrowser } from './browser.js';
import { makeWorkspace } from './workspace.js';

const PATIENCE = 30_000;
/** Until the window of the editor is there, on a busy machine. */
const START = 120_000;

/** The files of a test stay as they are until the test saves them; settings open in a tab like any file. */
const ours: EditorSettings = { 'files.autoSave': 'off', 'workbench.editor.useModal': 'off' };

export class Editor {
  private constructor(
    readonly page: Page,
    /** The folder that is open. */
    readonly workspace: string,
    private readonly server: ServedEditor,
    private readonly browser: Browser,
  ) {}

  /** `prepare` fills the folder before it is opened. */
  static async start(
    settings: EditorSettings = {},
    prepare: (workspace: string) => void = () => undefined,
  ): Promise<Editor> {
    const profile = inject('profile');
    writeSettings(profile, { ...ours, ...settings });
    const workspace = makeWorkspace();
    prepare(workspace);
    const server = await serveEditor(profile);
    const browser = await startBrowser();
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: server.address });
    const page = await context.newPage();
    const editor = new Editor(page, workspace, server, browser);
    try {
      await page.goto(editorAddress(server.address, workspace), { timeout: START });
      await page.locator('.monaco-workbench .explorer-folders-view').waitFor({ timeout: START });
    } catch (error) {
      await editor.stop();
      throw error;
    }
    return editor;
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.server.stop();
    rmSync(this.workspace, { recursive: true, force: true });
  }

  /** Changes the user's settings as a user does, in their file, and goes back to the file before. */
  async settings(settings: EditorSettings): Promise<void> {
    await this.run('Preferences: Open User Settings (JSON)');
    const tab = this.page.locator('.editor-group-container.active .tab.active', { hasText: 'settings.json' });
    await tab.waitFor({ timeout: PATIENCE });
    await this.page.keyboard.press('Control+a');
    await this.paste(settingsText({ ...ours, ...settings }));
    // What is pasted comes when the browser has read the clipboard: saved before that, the tab asks when it is closed.
    const dirty = this.page.locator('.tab.active.dirty');
    await dirty.waitFor({ timeout: PATIENCE });
    await this.page.keyboard.press('Control+s');
    await dirty.waitFor({ state: 'hidden', timeout: PATIENCE });
    await this.page.keyboard.press('Control+w');
    await tab.waitFor({ state: 'hidden', timeout: PATIENCE });
  }

  /** Opens a file of the workspace by its name, and waits until it is the active one. */
  async open(name: string): Promise<void> {
    await this.page.keyboard.press('Control+p');
    await this.quickInput(name);
    const tab = this.page.locator('.editor-group-container.active .tab.active', {
      hasText: name.split('/').at(-1)!,
    });
    await tab.waitFor({ timeout: PATIENCE });
  }

  /** Leaves a picture of what was on the screen when the running test failed. */
  pictureOnFailure(): void {
    onTestFailed(({ task }) => this.screenshot(`failed/${task.name.replace(/[^\w.]+/g, '-')}`));
  }

  /** Nothing is open, so that Problems speaks of the next file alone. */
  async closeAll(): Promise<void> {
    const failed = this.page.locator('.monaco-dialog-box');
    if (await failed.isVisible()) await this.page.keyboard.press('Escape');
    // By the palette, which waits until it is there: a chord of keys is lost while an editor takes the focus.
    await this.run('View: Close All Editors');
    const save = this.page.locator('.monaco-dialog-box a, .monaco-dialog-box button', {
      hasText: "Don't Save",
    });
    const empty = this.page.locator('.editor-group-container.empty');
    await empty.or(save).first().waitFor({ timeout: PATIENCE });
    if (await save.isVisible()) await save.click();
    await empty.first().waitFor({ timeout: PATIENCE });
  }

  /** Runs a command by its title in the palette. */
  async run(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput(`>${title}`);
  }

  /** Runs a command that offers a choice, and takes the one with this text. */
  async runAndChoose(title: string, choice: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.choose(`>${title}`);
    const offered = this.page.locator('.quick-input-list .monaco-list-row', { hasText: choice });
    await offered.first().waitFor({ timeout: PATIENCE });
    await this.page.locator('.quick-input-widget input[type=text]').fill(choice);
    await this.page.locator('.quick-input-list .focused', { hasText: choice }).waitFor({ timeout: PATIENCE });
    await this.page.keyboard.press('Enter');
  }

  /** Takes the place that a file dialog proposes, and says which that is. */
  async saveAsProposed(): Promise<string> {
    const dialog = this.page.locator('.quick-input-widget', { hasText: 'Show Local' });
    const input = dialog.locator('input[type=text]');
    await expect.poll(() => input.inputValue(), { timeout: PATIENCE }).toMatch(/\/\S+\.\w+$/);
    const path = await input.inputValue();
    await this.page.keyboard.press('Enter');
    await input.waitFor({ state: 'hidden', timeout: PATIENCE });
    return path;
  }

  /** As the user who reloads the window: the page is made anew, with its extensions. The editor saves its state first. */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load', { timeout: START });
    await this.run('Developer: Reload Window');
    await loaded;
    await this.page.locator('.monaco-workbench .explorer-folders-view').waitFor({ timeout: START });
  }

  /** Runs a command that asks for a text, which it says with `prompt`. */
  async runAndAnswer(title: string, prompt: string, answer: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.choose(`>${title}`);
    await this.page.locator('.quick-input-widget', { hasText: prompt }).waitFor({ timeout: PATIENCE });
    await this.page.locator('.quick-input-widget input[type=text]').fill(answer);
    await this.page.keyboard.press('Enter');
  }

  private async quickInput(text: string): Promise<void> {
    await this.choose(text);
    const input = this.page.locator('.quick-input-widget input[type=text]');
    await input.waitFor({ state: 'hidden', timeout: PATIENCE });
  }

  /** Types into the quick input and takes what it offers for that. */
  private async choose(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget input[type=text]');
    await input.waitFor({ timeout: PATIENCE });
    await input.fill(text);
    const wanted = text.replace(/^>/, '').split('/').at(-1)!;
    const offered = this.page.locator('.quick-input-list .monaco-list-row.focused', { hasText: wanted });
    if (!text.startsWith(':')) await offered.first().waitFor({ timeout: PATIENCE });
    await this.page.keyboard.press('Enter');
  }

  /** Puts the cursor on a line, counted from 1, and optionally a column. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.page.keyboard.press('Control+g');
    await this.quickInput(`:${line}:${column}`);
  }

  /** What Problems says of the active file, e.g. `Error 32`, in its order. */
  async problems(): Promise<readonly string[]> {
    const rows = await this.page.locator('.markers-panel .monaco-list-row').all();
    const labels = await Promise.all(rows.map((row) => row.getAttribute('aria-label')));
    return labels.flatMap((label) => {
      const problem = /^(Error|Warning|Info|Hint): ([^]*) at line (\d+) and character/.exec(label ?? '');
      return problem ? [`${problem[1]!} ${problem[3]!}: ${problem[2]!}`] : [];
    });
  }

  async openProblems(): Promise<void> {
    if (!(await this.page.locator('.markers-panel').isVisible()))
      await this.page.keyboard.press('Control+Shift+m');
    await this.page.locator('.markers-panel').waitFor({ timeout: PATIENCE });
  }

  /** The text of the hover at the cursor. */
  async hover(): Promise<string> {
    await this.page.keyboard.press('Control+k');
    await this.page.keyboard.press('Control+i');
    const hover = this.page.locator('.monaco-hover:not(.hidden) .hover-contents');
    await hover.first().waitFor({ timeout: PATIENCE });
    return (await hover.allInnerTexts()).join('\n');
  }

  /** Lines of the active editor as drawn: inlay hints stand in them. */
  get drawnLines(): Locator {
    return this.page.locator('.editor-group-container.active .view-lines .view-line');
  }

  get codeLenses(): Locator {
    return this.page.locator('.codelens-decoration');
  }

  /** The page inside a webview: an iframe in an iframe. */
  async webview(): Promise<Frame> {
    const outer = await this.page.waitForSelector('iframe.webview.ready', { timeout: PATIENCE });
    const frame = await outer.contentFrame();
    const inner = await frame!.waitForSelector('iframe#active-frame', { timeout: PATIENCE });
    return (await inner.contentFrame())!;
  }

  /** What the language status item says, opened from the status bar. */
  async languageStatus(): Promise<string> {
    await this.page.locator('.statusbar-item[id="status.languageStatus"]').click();
    const items = this.page.locator('.hover-language-status');
    await items.first().waitFor({ timeout: PATIENCE });
    const text = (await items.allInnerTexts()).join('\n');
    await this.page.keyboard.press('Escape');
    return text;
  }

  clipboard(): Promise<string> {
    return this.page.evaluate<string>('navigator.clipboard.readText()');
  }

  async paste(text: string): Promise<void> {
    await this.page.evaluate(`navigator.clipboard.writeText(${JSON.stringify(text)})`);
    await this.page.keyboard.press('Control+v');
  }

  /** A new document without a language. */
  async newText(): Promise<void> {
    await this.page.keyboard.press('Control+Alt+n');
    const tab = this.page.locator('.editor-group-container.active .tab.active', { hasText: 'Untitled' });
    await tab.waitFor({ timeout: PATIENCE });
  }

  /** A picture of the window, or of one part of it. */
  async screenshot(name: string, part?: Locator): Promise<void> {
    const path = `build/screenshots/${name}.png`;
    mkdirSync(dirname(path), { recursive: true });
    await (part ?? this.page).screenshot({ path });
  }
}
