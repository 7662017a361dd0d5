/** A restricted workspace: patches are checked, but neither a kernel tree nor git is read, until trust is given. */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Editor } from './editor.js';

const SOON = { timeout: 60_000 };
let editor: Editor;

/** The workspace names a tree that is not there: whoever reads it says so. */
function withTree(workspace: string): void {
  mkdirSync(join(workspace, '.vscode'));
  const settings = { 'dioOrdering.tree': join(workspace, 'no-such-tree') };
  writeFileSync(join(workspace, '.vscode/settings.json'), JSON.stringify(settings));
}

beforeAll(async () => {
  const trust = {
    'security.workspace.trust.enabled': true,
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.banner': 'never',
  };
  editor = await Editor.start(trust, withTree);
  await editor.open('complete-after-invalidation.patch');
  await editor.codeLenses.first().waitFor(SOON);
});

afterAll(async () => {
  await editor.stop();
});

beforeEach(() => editor.pictureOnFailure());

describe('a restricted workspace', () => {
  it('has its patches checked, on the bundled functions, and says what is not read', async () => {
    const status = await editor.languageStatus();
    expect(status).toContain('DIO: 1 race introduced');
    expect(status).toContain('Restricted workspace: no kernel tree and no git repository is read.');
    await editor.screenshot('restricted');
  });

  it('offers no check of what git has', async () => {
    await editor.page.keyboard.press('F1');
    await editor.page.locator('.quick-input-widget input[type=text]').fill('>DIO: Check');
    const offered = editor.page.locator('.quick-input-list .monaco-list-row');
    await offered.filter({ hasText: 'DIO: Check DIO Ordering' }).waitFor(SOON);
    expect((await offered.allInnerTexts()).join('\n')).not.toMatch(/Staged|Commits/);
    await editor.page.keyboard.press('Escape');
  });

  it('reads the tree as soon as it is trusted', async () => {
    await editor.run('Workspaces: Manage Workspace Trust');
    const trust = editor.page.locator('.workspace-trust-editor a, .workspace-trust-editor button');
    await trust
      .filter({ hasText: /^Trust$/ })
      .first()
      .click();
    await editor.open('complete-after-invalidation.patch');
    await expect.poll(() => editor.languageStatus(), SOON).toContain('not a readable directory');
    expect(await editor.languageStatus()).not.toContain('Restricted workspace');
  });
});
