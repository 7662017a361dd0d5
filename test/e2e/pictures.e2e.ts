/** Pictures of the real thing in each kind of theme, for people to look at; the best stand in README and walkthrough. */

import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { Editor } from './editor.js';

const SOON = { timeout: 30_000 };

describe.each([
  ['light', 'Default Light Modern'],
  ['dark', 'Default Dark Modern'],
  ['high-contrast', 'Default High Contrast'],
  ['high-contrast-light', 'Default High Contrast Light'],
])('in a %s theme', (name, theme) => {
  let editor: Editor;

  beforeAll(async () => {
    editor = await Editor.start({ 'workbench.colorTheme': theme });
    await editor.page.setViewportSize({ width: 1280, height: 800 });
    await editor.page.keyboard.press('Control+b');
    await editor.open('complete-after-invalidation.patch');
    await editor.codeLenses.first().waitFor(SOON);
    // A machine that has just started four editors may lose a key of the first: what is asked for is asked for again.
    const hint = editor.drawnLines.filter({ hasText: /CPU0\s#6/ });
    const lookAtFinding = async (): Promise<void> => {
      await editor.goTo(32, 10);
      await hint.first().waitFor({ timeout: 15_000 });
    };
    await vi.waitFor(lookAtFinding, { timeout: 60_000 });
  });

  afterAll(async () => {
    await editor.stop();
  });

  it('a patch has its race marked', async () => {
    await editor.openProblems();
    await expect.poll(() => editor.problems(), SOON).toHaveLength(1);
    await editor.screenshot(`patch-${name}`);
    await editor.page.keyboard.press('Control+j');
  });

  it('the hover has the interleaving', async () => {
    await editor.goTo(32, 10);
    await expect.poll(() => editor.hover(), SOON).toMatch(/CPU0: DIO write/);
    await editor.screenshot(`hover-${name}`);
    await editor.page.keyboard.press('Escape');
    // The taller the window, the more of the hover is seen: the server's part comes below VS Code's own.
    await editor.page.setViewportSize({ width: 1280, height: 2600 });
    await editor.goTo(32, 10);
    await expect.poll(() => editor.hover(), SOON).toMatch(/CPU0: DIO write/);
    await editor.screenshot(`interleaving-${name}`, editor.page.locator('.monaco-resizable-hover').first());
    await editor.page.keyboard.press('Escape');
    await editor.page.setViewportSize({ width: 1280, height: 800 });
  });

  it('the timeline view has its lanes', async () => {
    await editor.run('DIO: Show Timeline');
    const view = await editor.webview();
    await view.locator('[data-step="6"] code').click();
    await view.locator('[data-step="6"][aria-selected=true]').waitFor(SOON);
    await editor.screenshot(`timeline-${name}`);
  });

  it('the answer by mail is plain text', async () => {
    await editor.open('complete-after-invalidation.patch');
    await editor.run('DIO: Copy Race as Mail Reply');
    await expect.poll(() => editor.clipboard(), SOON).toContain('> +\treturn iomap_dio_complete(dio);');
    await editor.closeAll();
    await editor.newText();
    await editor.page.keyboard.press('Control+v');
    await editor.goTo(1);
    await editor.screenshot(`reply-${name}`);
  });
});
