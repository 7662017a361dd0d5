/** Folders with patches for the editor to open: the examples, and the real mails where they are at hand. */

import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const seedsFolder = join(root, '../shared/seeds');

/** Real mails that are no part of the repository; empty where they are not at hand. */
export const seeds: readonly string[] = existsSync(seedsFolder)
  ? readdirSync(seedsFolder).filter((name) => name.endsWith('.txt'))
  : [];

/** A fresh copy, which tests may edit. */
export function makeWorkspace(): string {
  const folder = mkdtempSync(join(tmpdir(), 'dio-workspace-'));
  cpSync(join(root, 'examples'), folder, { recursive: true });
  if (seeds.length > 0) {
    mkdirSync(join(folder, 'seeds'));
    for (const seed of seeds) cpSync(join(seedsFolder, seed), join(folder, 'seeds', seed));
  }
  return folder;
}
