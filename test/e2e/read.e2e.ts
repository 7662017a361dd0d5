/** Reading a patch in a real editor: what stands on its lines, and what is said of it. */

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Editor } from './editor.js';

const SOON = { timeout: 30_000 };
/** A row for each problem: the tree shows only what fits, with its related lines. */
const SETTINGS = { 'problems.defaultViewMode': 'table' };
let editor: Editor;

beforeAll(async () => {
  editor = await Editor.start(SETTINGS);
});

afterAll(async () => {
  await editor.stop();
});

beforeEach(async () => {
  editor.pictureOnFailure();
  await editor.closeAll();
});

/** Severity and line of what Problems lists. */
async function marked(): Promise<readonly string[]> {
  await editor.openProblems();
  return (await editor.problems()).map((problem) => problem.split(':')[0]!);
}

describe('Problems', () => {
  it.each([
    ['complete-after-invalidation.patch', ['Error 32']],
    ['dio-count-taken-late.mbox', ['Error 95', 'Warning 29', 'Warning 106']],
    ['dio-count-without-barrier.mbox', ['Error 92', 'Warning 29']],
    ['invalidate-before-end-io.patch', ['Error 28', 'Error 28']],
    ['writeback-allocates-written.patch', ['Error 35']],
  ])('has the races of %s on their lines', async (name, lines) => {
    await editor.open(name);
    await expect.poll(marked, SOON).toEqual(lines);
  });

  it.each(['invalidate-in-completion.patch', 'writeback-flags-helper.patch'])(
    'has nothing for %s, which brings no race',
    async (name) => {
      await editor.open(name);
      await expect.poll(() => editor.languageStatus(), SOON).toMatch(/no race found|fixed|nothing/);
      expect(await marked()).toEqual([]);
    },
  );

  it('has the races of a damaged mail, and what was repaired', async () => {
    await editor.open('invalidate-before-end-io-damaged.eml');
    await expect.poll(marked, SOON).toContain('Error 38');
    const problems = await editor.problems();
    expect(problems.filter((problem) => problem.startsWith('Error 38'))).toHaveLength(2);
    expect(problems.join('\n')).toContain('hunk header wrapped');
  });
});

describe('a patch with a race', () => {
  beforeEach(async () => {
    await editor.open('complete-after-invalidation.patch');
    await expect.poll(marked, SOON).toEqual(['Error 32']);
    await editor.goTo(33, 10);
  });

  it('shows the interleaving on hover', async () => {
    await expect.poll(() => editor.hover(), SOON).toMatch(/CPU0: DIO write/);
    const hover = await editor.hover();
    expect(hover).toContain('CPU1: buffered read');
    expect(hover).toContain('copy_page_to_iter(');
    expect(hover).toMatch(/memory: sc, tso, lkmm/);
    await editor.screenshot('hover');
    await editor.page.keyboard.press('Escape');
  });

  it('has the steps drawn at the ends of its lines', async () => {
    await expect
      .poll(async () => (await editor.drawnLines.allInnerTexts()).join('\n'), SOON)
      .toMatch(/mapping->nrpages\)\s\{.*CPU0\s#6/);
  });

  it('has one lens, in words', async () => {
    await expect.poll(() => editor.codeLenses.allInnerTexts(), SOON).toHaveLength(1);
    expect(await editor.codeLenses.first().innerText()).toMatch(
      /P2 stale page cache.*introduced.*show \d+ steps/s,
    );
  });

  it('says its verdict, release and memory model in the language status', async () => {
    const status = await editor.languageStatus();
    expect(status).toContain('DIO: 1 race introduced');
    expect(status).toContain('4.11 · lkmm');
  });

  it('is explained beside it', async () => {
    await editor.run('DIO: Explain What Was Checked');
    const preview = await editor.webview();
    await preview.getByText('What was checked in').waitFor(SOON);
    expect(await preview.locator('body').innerText()).toContain('scenarios run');
  });

  it('is copied as an answer by mail', async () => {
    await editor.run('DIO: Copy Race as Mail Reply');
    await expect.poll(() => editor.clipboard(), SOON).toContain('> +\treturn iomap_dio_complete(dio);');
    const lines = (await editor.clipboard()).split('\n').filter((line) => !line.startsWith('>'));
    expect(lines.filter((line) => line.length > 72)).toEqual([]);
  });
});
