/** Functions as documents: the bundled one that a call leads to, and a changed one before and after the patch. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Editor } from './editor.js';

const SOON = { timeout: 60_000 };
let editor: Editor;

beforeAll(async () => {
  editor = await Editor.start();
});

afterAll(async () => {
  await editor.stop();
});

beforeEach(async () => {
  editor.pictureOnFailure();
  await editor.closeAll();
  await editor.open('complete-after-invalidation.patch');
  await editor.codeLenses.first().waitFor(SOON);
});

const shown = async (): Promise<string> => (await editor.drawnLines.allInnerTexts()).join('\n');
const activeTab = () => editor.page.locator('.editor-group-container.active .tab.active');

describe('go to definition', () => {
  it('opens the bundled function that a call was taken for, to read', async () => {
    await editor.goTo(33, 15);
    await editor.page.keyboard.press('F12');
    await activeTab().filter({ hasText: 'iomap.c' }).waitFor(SOON);
    await expect.poll(shown, SOON).toMatch(/iomap_dio_complete\(struct\siomap_dio/);
    await editor.screenshot('bundled-function');
    await editor.page.keyboard.type('x');
    expect(
      await activeTab()
        .filter({ has: editor.page.locator('.codicon-close-dirty') })
        .count(),
    ).toBe(0);
  });
});

describe('a function that the patch changes', () => {
  beforeEach(async () => {
    await editor.goTo(33, 15);
    await editor.run('DIO: Compare Function Before and After');
    await activeTab().filter({ hasText: 'iomap_dio_rw() before' }).waitFor(SOON);
    await editor.page.locator('.monaco-diff-editor .line-insert').first().waitFor(SOON);
  });

  it('is shown whole in the diff editor, before and after the patch', async () => {
    const side = (name: string) => editor.page.locator(`.monaco-diff-editor .editor.${name} .view-lines`);
    await expect.poll(() => side('original').innerText(), SOON).toMatch(/return\sret;/);
    await expect.poll(() => side('modified').innerText(), SOON).toMatch(/return\siomap_dio_complete\(dio\);/);
    await editor.screenshot('compare');
  });

  it('leads back to the line of the patch', async () => {
    await expect
      .poll(
        () => editor.page.locator('.editor.modified .view-line', { hasText: 'iomap_dio_complete' }).count(),
        SOON,
      )
      .toBeGreaterThan(0);
    // On `return`, which is no call.
    await editor.page.keyboard.press('Home');
    await editor.page.keyboard.press('F12');
    await activeTab().filter({ hasText: 'complete-after-invalidation.patch' }).waitFor(SOON);
    const line = editor.page.locator('.editor-group-container.active .active-line-number');
    await expect.poll(() => line.first().textContent(), SOON).toBe('33');
  });
});
