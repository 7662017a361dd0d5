/** Checking more than the open document: a folder of patches, and what git has. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Editor } from './editor.js';
import { seeds } from './workspace.js';

const SOON = { timeout: 30_000 };
let editor: Editor;

beforeAll(async () => {
  editor = await Editor.start({ 'problems.defaultViewMode': 'table' }, withRepository);
  // The extension and git are there when a patch is checked.
  await editor.open('complete-after-invalidation.patch');
  await editor.codeLenses.first().waitFor(SOON);
});

afterAll(async () => {
  await editor.stop();
});

beforeEach(async () => {
  editor.pictureOnFailure();
  await editor.closeAll();
});

/** A repository in which the change of an example was committed and taken back, and is staged again. */
function withRepository(workspace: string): void {
  const git = (...args: readonly string[]): void => {
    const who = ['-c', 'user.name=Petra Novotna', '-c', 'user.email=petra.novotna@example.org'];
    execFileSync('git', [...who, ...args], { cwd: workspace, stdio: 'pipe' });
  };
  const { before, after } = sidesOf(
    readFileSync(join(workspace, 'complete-after-invalidation.patch'), 'utf8'),
  );
  mkdirSync(join(workspace, 'fs'));
  const file = join(workspace, 'fs/iomap.c');
  git('init', '--quiet');
  writeFileSync(file, before);
  git('add', 'fs');
  git('commit', '--quiet', '--message', 'iomap: as it was');
  writeFileSync(file, after);
  git('commit', '--quiet', '--all', '--message', 'iomap: complete a synchronous direct write last');
  writeFileSync(file, before);
  git('commit', '--quiet', '--all', '--message', 'iomap: as it was, again');
  writeFileSync(file, after);
  git('add', 'fs');
}

/** The lines that a patch shows of its file, before it and after it. */
function sidesOf(patch: string): { readonly before: string; readonly after: string } {
  const hunks = patch.slice(patch.indexOf('\n@@') + 1, patch.indexOf('\n-- \n') + 1);
  const lines = hunks.split('\n').map((line) => (line.startsWith('@@') ? ' /* ... */' : line));
  const without = (sign: string): string =>
    lines
      .filter((line) => !line.startsWith(sign))
      .map((line) => line.slice(1))
      .join('\n');
  return { before: without('+'), after: without('-') };
}

async function errors(): Promise<number> {
  await editor.openProblems();
  return (await editor.problems()).filter((problem) => problem.startsWith('Error')).length;
}

describe('git', () => {
  it('gives its staged changes, opened as a document and checked', async () => {
    await editor.run('DIO: Check Staged Changes');
    await expect.poll(errors, SOON).toBe(1);
    const language = editor.page.locator('.statusbar-item', { hasText: 'Diff' });
    await language.first().waitFor(SOON);
  });

  it('gives a commit range, opened as a series of mails and checked', async () => {
    await editor.runAndAnswer('DIO: Check Commits…', 'Commit range', 'HEAD~2..HEAD~1');
    await expect.poll(errors, SOON).toBe(1);
    const language = editor.page.locator('.statusbar-item', { hasText: 'Kernel Mail' });
    await language.first().waitFor(SOON);
  });
});

describe('a folder of patches', () => {
  it('is checked at once, with its results in Problems', async () => {
    await editor.run('DIO: Check Patches of Folder');
    // The real mails are .txt files.
    const all = 8 + seeds.length;
    const said = editor.page.locator('.statusbar-item', { hasText: `${all} of ${all} patches checked` });
    await said.first().waitFor({ timeout: 150_000 });
    await expect.poll(errors, SOON).toBe(8 + (seeds.length > 0 ? 2 : 0));
  });
});
