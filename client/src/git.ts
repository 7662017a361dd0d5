/** Checks staged changes and commits of the git repository at hand, through VS Code's git extension. */

import { commands, type ExtensionContext, l10n, type LogOutputChannel, Uri, window, workspace } from 'vscode';
import { COMMAND } from '../../server/src/lsp/protocol.js';
import { gitApi, type GitChange, type GitCommit, type GitRepository } from './git-api.js';
import { type CommitPatch, seriesOf } from './git-series.js';
import { KERNEL_MAIL } from './languages.js';
import { gitMayBeRead } from './trust.js';

/** More than a series ever has. */
const MOST_COMMITS = 200;

export function registerGitCheck(context: ExtensionContext, log: LogOutputChannel): void {
  const withRepository = (check: (repository: GitRepository) => Promise<void>) => async (): Promise<void> => {
    if (!gitMayBeRead()) return;
    const repository = await repositoryAtHand();
    if (repository === undefined) {
      void window.showInformationMessage(l10n.t('No git repository is open here.'));
      return;
    }
    try {
      await check(repository);
    } catch (error) {
      log.error(`git: ${String(error)}`);
      void window.showErrorMessage(
        l10n.t('Git could not give these changes: {reason}', { reason: String(error) }),
      );
    }
  };
  context.subscriptions.push(
    commands.registerCommand('dioOrdering.checkStaged', withRepository(checkStaged)),
    commands.registerCommand('dioOrdering.checkCommits', withRepository(checkCommits)),
  );
}

/** The repository of the active document, else the only one, else the one that the user picks. */
async function repositoryAtHand(): Promise<GitRepository | undefined> {
  const git = await gitApi();
  if (git === null) return undefined;
  const active = window.activeTextEditor?.document.uri;
  const own = active && git.getRepository(active);
  if (own) return own;
  if (git.repositories.length < 2) return git.repositories[0];
  const items = git.repositories.map((repository) => ({ label: repository.rootUri.path, repository }));
  return (await window.showQuickPick(items))?.repository;
}

async function checkStaged(repository: GitRepository): Promise<void> {
  const diff = await repository.diff(true);
  if (diff.trim() === '') {
    void window.showInformationMessage(l10n.t('Nothing is staged.'));
    return;
  }
  await openAndCheck('diff', diff);
}

async function checkCommits(repository: GitRepository): Promise<void> {
  const range = await window.showInputBox({
    title: l10n.t('Check Commits'),
    prompt: l10n.t('Commit range, as git log takes it'),
    value: 'HEAD~1..HEAD',
  });
  if (range === undefined || range.trim() === '') return;
  const commits = await repository.log({ range: range.trim(), maxEntries: MOST_COMMITS + 1 });
  if (commits.length > MOST_COMMITS) {
    void window.showInformationMessage(
      l10n.t('{range} has more than {most} commits: ask for fewer.', { range, most: MOST_COMMITS }),
    );
    return;
  }
  // A merge brings no change of its own.
  const own = [...commits].reverse().filter((commit) => commit.parents.length === 1);
  if (own.length === 0) {
    void window.showInformationMessage(l10n.t('There is no commit in {range}.', { range }));
    return;
  }
  const patches: CommitPatch[] = [];
  for (const commit of own) patches.push(await patchOf(repository, commit));
  await openAndCheck(KERNEL_MAIL, seriesOf(patches));
}

async function patchOf(repository: GitRepository, commit: GitCommit): Promise<CommitPatch> {
  const parent = commit.parents[0]!;
  const changes = await repository.diffBetween(parent, commit.hash);
  const diffs: string[] = [];
  for (const change of changes) diffs.push(await diffOf(repository, parent, commit.hash, change));
  return {
    hash: commit.hash,
    author: `${commit.authorName ?? ''} <${commit.authorEmail ?? ''}>`,
    date: commit.authorDate,
    message: commit.message,
    diff: diffs.join(''),
  };
}

function diffOf(repository: GitRepository, from: string, to: string, change: GitChange): Promise<string> {
  return repository.diffBetween(from, to, change.uri.fsPath);
}

/** The result is a document like any other: untitled, editable, checked. */
async function openAndCheck(language: string, content: string): Promise<void> {
  const document = await workspace.openTextDocument({ language, content });
  await window.showTextDocument(document);
  await commands.executeCommand<unknown>(COMMAND.check, Uri.parse(document.uri.toString()));
}
