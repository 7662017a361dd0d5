/** Editing, commands and settings in a real editor. */

import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Editor } from './editor.js';
import { seeds } from './workspace.js';

const SOON = { timeout: 30_000 };
/** A row for each problem: the tree shows only what fits, with its related lines. */
const SETTINGS = { 'problems.defaultViewMode': 'table' };
let editor: Editor;

beforeAll(async () => {
  editor = await Editor.start(SETTINGS, withManyPatches);
});

/** All examples in one file, which take a while. */
function withManyPatches(workspace: string): void {
  const patches = readdirSync(workspace).filter((name) => /\.(patch|mbox)$/.test(name));
  const all = patches.map((name) => readFileSync(join(workspace, name), 'utf8'));
  writeFileSync(join(workspace, 'many.mbox'), all.join('\n'));
}

afterAll(async () => {
  await editor.stop();
});

beforeEach(async () => {
  editor.pictureOnFailure();
  await editor.closeAll();
});

async function marked(): Promise<readonly string[]> {
  await editor.openProblems();
  return (await editor.problems()).map((problem) => problem.split(':')[0]!);
}

describe('an edit', () => {
  it('that puts the old order back takes the race away, and undoing it brings it back', async () => {
    await editor.open('complete-after-invalidation.patch');
    await expect.poll(marked, SOON).toEqual(['Error 32']);
    await editor.goTo(22, 1);
    await editor.page.keyboard.press('Shift+ArrowRight');
    await editor.page.keyboard.insertText(' ');
    await editor.goTo(33, 1);
    await editor.page.keyboard.press('Shift+End');
    await editor.page.keyboard.insertText('+\treturn ret;');
    await expect.poll(marked, SOON).toEqual([]);
    // More often than there are edits: undoing nothing does nothing.
    for (let edits = 0; edits < 4; edits++) await editor.page.keyboard.press('Control+z');
    await expect.poll(marked, SOON).toEqual(['Error 32']);
  });
});

describe('Check DIO Ordering', () => {
  it('runs with progress and says what it found', async () => {
    await editor.open('dio-count-taken-late.mbox');
    await expect.poll(marked, SOON).toHaveLength(3);
    const progress = editor.page.locator('.notification-toast', { hasText: 'Checking DIO ordering of' });
    const seen = progress.first().waitFor(SOON);
    await editor.run('DIO: Check DIO Ordering');
    await seen;
    const said = editor.page.locator('.statusbar-item', {
      hasText: 'DIO Ordering: 1 race introduced, 2 left',
    });
    await said.first().waitFor(SOON);
  });

  it('counts what it has done, and stops when it is cancelled', async () => {
    await editor.open('many.mbox');
    await editor.run('DIO: Check DIO Ordering');
    const progress = editor.page.locator('.notification-toast', {
      hasText: /many\.mbox: \d+ of \d+: simulating/,
    });
    await progress.first().waitFor(SOON);
    await editor.screenshot('progress');
    await progress.first().locator('.monaco-button', { hasText: 'Cancel' }).click();
    await expect.poll(() => editor.languageStatus(), SOON).toContain('DIO: cancelled');
    expect(await progress.count()).toBe(0);
  });

  it('checks pasted text, whatever its language', async () => {
    await editor.newText();
    const patch = readFileSync(join(editor.workspace, 'complete-after-invalidation.patch'), 'utf8');
    await editor.paste(patch);
    await editor.run('DIO: Check DIO Ordering');
    await expect.poll(marked, SOON).toContain('Error 32');
  });

  it.skipIf(seeds.length === 0)(
    'takes a text file for kernel mail, and offers to do so from then on (needs ../shared/seeds)',
    async () => {
      await editor.open(`seeds/${seeds[0]!}`);
      await editor.run('DIO: Check DIO Ordering');
      await expect.poll(marked, SOON).toEqual(expect.arrayContaining(['Error 114', 'Warning 61']));
      await editor.goTo(114);
      await editor.screenshot('first-seed');
      await editor.goTo(1);
      const offer = editor.page.locator('.codelens-decoration a', { hasText: 'always for seeds/*.txt' });
      await offer.click();
      await expect
        .poll(() => readWorkspaceSettings(editor.workspace), SOON)
        .toContain('"**/seeds/*.txt": "kernel-mail"');

      await editor.closeAll();
      await editor.open(`seeds/${seeds[1]!}`);
      await expect.poll(() => editor.languageStatus(), SOON).toContain('1 race fixed');
      await editor.goTo(84);
      await editor.screenshot('second-seed');
    },
  );
});

describe('settings', () => {
  it('of the memory model change the verdict without a reload', async () => {
    await editor.open('dio-count-without-barrier.mbox');
    await expect.poll(marked, SOON).toEqual(['Error 92', 'Warning 29']);
    await editor.settings({ ...SETTINGS, 'dioOrdering.memory': 'tso' });
    await expect.poll(marked, SOON).toEqual(['Warning 29']);
  });

  it('switch the lenses off without a reload', async () => {
    await editor.open('complete-after-invalidation.patch');
    await expect.poll(() => editor.codeLenses.count(), SOON).toBe(1);
    await editor.settings({ ...SETTINGS, 'dioOrdering.codeLens.enabled': false });
    await expect.poll(() => editor.codeLenses.count(), SOON).toBe(0);
  });

  it('that are wrong are said in the language status, not in a pop-up', async () => {
    await editor.open('complete-after-invalidation.patch');
    await editor.settings({ ...SETTINGS, 'dioOrdering.kernel': 'five' });
    await expect.poll(() => editor.languageStatus(), SOON).toContain('"five" is not a release');
    expect(await editor.page.locator('.notification-toast').count()).toBe(0);
  });
});

function readWorkspaceSettings(folder: string): string {
  const file = join(folder, '.vscode/settings.json');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
