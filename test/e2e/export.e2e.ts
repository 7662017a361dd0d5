/** Everything that can be exported, saved through the editor's own dialog. */

import { readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { Editor } from './editor.js';

const SOON = { timeout: 60_000 };
const PATCH = 'complete-after-invalidation.patch';
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
  await editor.open(PATCH);
  await editor.codeLenses.first().waitFor(SOON);
});

const hasResults = (text: string): boolean => {
  const { runs } = JSON.parse(text) as { runs: { results: unknown[] }[] };
  return runs[0]!.results.length > 0;
};

describe('an export', () => {
  it.each<[string, string, (text: string) => boolean]>([
    ['text', 'txt', (text) => text.startsWith('INTRODUCED: ') && text.includes('CPU0: DIO write')],
    ['markdown', 'md', (text) => /^#+ /m.test(text) && text.includes('CPU0: DIO write')],
    ['sarif', 'sarif', hasResults],
    ['json', 'json', (text) => (JSON.parse(text) as { schema: string }).schema === 'dio-ordering/1'],
    ['mail', 'eml', (text) => text.includes('> +\treturn iomap_dio_complete(dio);')],
    ['promela', 'pml', (text) => text.includes('stale page cache (P2') && text.includes('active proctype')],
    ['svg', 'svg', (text) => /^<svg[^]*<\/svg>\s*$/.test(text.replace(/^<\?xml[^>]*>\s*/, ''))],
  ])('as %s is saved beside the patch and shown', async (format, ending, isRight) => {
    await editor.runAndChoose('DIO: Export…', format);
    const saved = await editor.saveAsProposed();
    // What is left in the workspace would be offered where the next test opens the patch.
    onTestFinished(() => rmSync(saved));
    expect(basename(saved)).toBe(`${PATCH}.${ending}`);
    const tab = editor.page.locator('.editor-group-container.active .tab.active', {
      hasText: basename(saved),
    });
    await tab.waitFor(SOON);
    // Its tab is there before the editor has opened it, and to open another in the meantime is an error.
    await editor.page.locator(`.monaco-editor[data-uri$="${basename(saved)}"]`).waitFor(SOON);
    const text = readFileSync(saved, 'utf8');
    expect(isRight(text), text.slice(0, 400)).toBe(true);
  });

  it('as a litmus test is refused for a race that needs no reordering, and another format is named', async () => {
    await editor.runAndChoose('DIO: Export…', 'litmus');
    const said = editor.page.locator('.notification-toast', { hasText: 'it needs no reordering' });
    await said.waitFor(SOON);
    expect(await said.innerText()).toMatch(/take it out as a Promela model/);
  });
});
