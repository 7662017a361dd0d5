// Installs the editor of the end-to-end tests once: VS Code as code-server, from the package registry alone.
// Does nothing where the pinned version is already there.

import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  editorEnvironment,
  editorFolder,
  nodeBinaries,
  nodeHeaders,
  vscodeFolder,
  wantedEditor,
} from './folder.mjs';

const stamp = join(editorFolder, 'installed');

/** Native modules without which the editor does not start; the others are for features that are not tested. */
const nativeModules = ['@vscode/spdlog', '@vscode/native-watchdog', '@vscode/sqlite3'];

/** Installs the editor where it is missing, and says on stderr what is done. Throws where it cannot be had. */
export function installEditor() {
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wantedEditor()) return;
  checkMachine();
  console.error(`editor: installing VS Code into ${editorFolder} (two minutes, once)`);
  rmSync(editorFolder, { recursive: true, force: true });
  mkdirSync(editorFolder, { recursive: true });
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(fileURLToPath(new URL(name, import.meta.url)), join(editorFolder, name));

  npm(editorFolder, ['ci', '--ignore-scripts']);
  // VS Code's own lock lacks an entry, which `npm ci` refuses.
  npm(vscodeFolder, ['install', '--omit=dev', '--ignore-scripts']);
  npm(vscodeFolder, ['rebuild', ...nativeModules]);
  npm(join(vscodeFolder, 'extensions'), ['install', '--omit=dev', '--ignore-scripts']);
  writeFileSync(stamp, wantedEditor());
}

function checkMachine() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(
      'editor: code-server is installed on Linux x64 alone; elsewhere install `code` or `codium`',
    );
  const missing = ['g++', 'make', 'python3'].filter((tool) => spawnSync(tool, ['--version']).error);
  if (missing.length > 0)
    throw new Error(`editor: ${missing.join(', ')} missing: apt-get install g++ make python3`);
}

/** Runs npm with the editor's Node.js as soon as that is there: native modules are built for it. */
function npm(cwd, args) {
  const own = existsSync(nodeBinaries);
  const environment = own ? editorEnvironment(homedir()) : process.env;
  const { status, stdout, stderr, error } = spawnSync(
    'npm',
    [...args, '--no-audit', '--no-fund', '--loglevel=error'],
    { cwd, env: { ...environment, npm_config_nodedir: nodeHeaders }, encoding: 'utf8' },
  );
  if (error) throw new Error(`editor: npm did not start: ${error.message}`);
  if (status !== 0) throw new Error(`editor: npm ${args.join(' ')} failed in ${cwd}\n${stdout}${stderr}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    installEditor();
    console.log(editorFolder);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
