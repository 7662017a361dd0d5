/** The walkthrough: four steps, each with its picture of the real thing. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Editor } from './editor.js';

const SOON = { timeout: 60_000 };
let editor: Editor;

beforeAll(async () => {
  editor = await Editor.start();
  await editor.page.keyboard.press('Control+b');
});

afterAll(async () => {
  await editor.stop();
});

beforeEach(() => editor.pictureOnFailure());

const steps = () => editor.page.locator('.gettingStartedContainer .getting-started-step');

/** Widths of the pictures that are shown; 0 for one that could not be loaded. */
async function pictures(): Promise<readonly number[]> {
  const page = await editor.webview();
  return (await page.evaluate(
    '[...document.images].map((one) => one.complete ? one.naturalWidth : 0)',
  )) as number[];
}

describe('the walkthrough', () => {
  it('is offered, and has four steps', async () => {
    await editor.runAndChoose('Welcome: Open Walkthrough...', 'Find the race in a direct I/O patch');
    await steps().first().waitFor(SOON);
    expect(await steps().locator('h3.step-title').allInnerTexts()).toEqual([
      'Open a patch',
      'Read the race',
      'Step through the interleaving',
      'Answer the patch',
    ]);
  });

  it.each([0, 1, 2, 3])('shows the picture of step %i', async (step) => {
    await steps().nth(step).click();
    await expect.poll(pictures, SOON).toEqual([expect.toSatisfy((width: number) => width > 400)]);
    await editor.screenshot(`walkthrough-${step + 1}`);
  });

  it('opens the example, which is checked', async () => {
    await steps().first().click();
    await steps().first().locator('.button-container .monaco-button, .button-container a').first().click();
    await editor.codeLenses.filter({ hasText: 'P2 stale page cache' }).first().waitFor(SOON);
  });
});
