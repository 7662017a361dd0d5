/** The timeline view in a real editor: opened from a patch, worked by keys, tied to the patch's lines. */

import type { Frame } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Editor } from './editor.js';

const PATIENCE = 30_000;

describe('the timeline view', () => {
  let editor: Editor;
  let view: Frame;

  const position = () => view.locator('.position').textContent();
  const patch = () =>
    editor.page.locator('.editor-group-container', { hasText: 'complete-after-invalidation' }).first();
  const cursorLine = () => patch().locator('.active-line-number').first().textContent();

  beforeAll(async () => {
    editor = await Editor.start({ 'workbench.secondarySideBar.defaultVisibility': 'hidden' });
    await editor.open('complete-after-invalidation.patch');
    await editor.page.locator('.squiggly-error').first().waitFor({ timeout: PATIENCE });
    await editor.goTo(33);
    await editor.run('DIO: Show Timeline');
    view = await editor.webview();
    await view.locator('[data-step="1"]').waitFor({ timeout: PATIENCE });
  });

  afterAll(() => editor.stop());

  it('opens beside the patch with its steps and what goes wrong', async () => {
    expect(await view.locator('.step-row').count()).toBe(19);
    expect(await view.locator('.violation').textContent()).toContain('stale page cache (P2)');
    await editor.screenshot('timeline-view');
  });

  it('goes through the steps by keys', async () => {
    await view.locator('.step[tabindex="0"]').focus();
    await editor.page.keyboard.press('ArrowDown');
    await editor.page.keyboard.press('ArrowDown');
    expect(await position()).toBe('3 of 19');
    await editor.page.keyboard.press('End');
    expect(await position()).toBe('19 of 19');
  });

  it('shows a step in the patch when it is clicked, and follows the cursor there', async () => {
    await view.locator('[data-step="6"] code').click();
    await expect.poll(cursorLine, { timeout: PATIENCE }).toBe('26');
    await editor.page.keyboard.press('Home');
    expect(await position()).toBe('1 of 19');
    await patch().locator('.view-line', { hasText: 'out_free_dio' }).click();
    await editor.goTo(26);
    await expect.poll(position, { timeout: PATIENCE }).toBe('6 of 19');
  });

  it('shows the other side, on which there is no race', async () => {
    await view.locator('#side-before').check();
    await expect
      .poll(() => view.locator('.no-race').textContent(), { timeout: PATIENCE })
      .toContain('No race before');
    const chosen = view.locator('[aria-selected="true"]');
    expect(await chosen.locator('.number').textContent()).toMatch(/^≠ /);
    expect(await chosen.locator('code').textContent()).toBe('mapping->nrpages: reads 1');
    await editor.screenshot('timeline-view-before');
    await view.locator('#side-after').check();
    await view.locator('.violation').waitFor({ timeout: PATIENCE });
    await editor.screenshot('timeline-view-after');
  });
});

describe('a window that is reloaded', () => {
  let editor: Editor;

  beforeAll(async () => {
    editor = await Editor.start();
    await editor.open('complete-after-invalidation.patch');
    await editor.codeLenses.first().waitFor({ timeout: 4 * PATIENCE });
    await editor.goTo(33);
    await editor.run('DIO: Show Timeline');
  });

  afterAll(() => editor.stop());

  it('has the timeline again, at its step, even where its patch is behind another tab', async () => {
    editor.pictureOnFailure();
    const before = await editor.webview();
    await before.locator('[data-step="6"] code').click();
    await before.locator('[data-step="6"][aria-selected=true]').waitFor({ timeout: PATIENCE });
    await editor.run('View: Focus First Editor Group');
    await editor.open('writeback-flags-helper.patch');
    await editor.reload();
    const view = await editor.webview();
    await view.locator('[data-step="6"][aria-selected=true]').waitFor({ timeout: 2 * PATIENCE });
    expect(await view.locator('.position').textContent()).toBe('6 of 19');
    expect(await view.locator('.step-row').count()).toBe(19);
  });
});
