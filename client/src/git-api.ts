/** The part of the API of VS Code's git extension that is used here, version 1. */

import { extensions, type Uri } from 'vscode';

export interface GitChange {
  readonly uri: Uri;
  readonly originalUri: Uri;
}

export interface GitCommit {
  readonly hash: string;
  readonly message: string;
  readonly parents: readonly string[];
  readonly authorDate?: Date;
  readonly authorName?: string;
  readonly authorEmail?: string;
}

export interface GitRepository {
  readonly rootUri: Uri;
  diff(cached: boolean): Promise<string>;
  diffBetween(from: string, to: string): Promise<readonly GitChange[]>;
  diffBetween(from: string, to: string, path: string): Promise<string>;
  log(options: { range: string; maxEntries: number }): Promise<readonly GitCommit[]>;
}

export interface GitApi {
  readonly repositories: readonly GitRepository[];
  getRepository(uri: Uri): GitRepository | null;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): GitApi;
}

/** Null where the git extension is disabled or not there. */
export async function gitApi(): Promise<GitApi | null> {
  const extension = extensions.getExtension<GitExtension>('vscode.git');
  if (extension === undefined) return null;
  const git = extension.isActive ? extension.exports : await extension.activate();
  return git.enabled ? git.getAPI(1) : null;
}
